//! The effective settings of the operations, and where each value comes from.

use std::fmt;

use inference_spec::{Key, Layer, Policies};

use super::Inference;
use crate::{config::Changes, operation::Spec};

/// The effective settings of one operation: configuration over annotation over defaults.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OperationSettings {
    /// The operation's name.
    pub operation: &'static str,
    /// Its settings, in the order of the documentation.
    pub settings: Vec<EffectiveSetting>,
}

/// The effective value of one setting, and its origin.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EffectiveSetting {
    /// The key in `[operations.NAME]`, such as `timeout` or `cache.ttl`.
    pub name: String,
    /// The value as in `inference.toml`, without quotes: `3s`, `64KB`, `org/name`. `false` is off; a chain of models is
    /// separated by commas.
    pub value: String,
    /// The layer that sets it.
    pub origin: SettingOrigin,
}

/// The layer that sets an effective value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingOrigin {
    /// The default of this crate.
    Default,
    /// The annotation.
    Annotation,
    /// The configuration: `inference.toml:12`, or the name of a variable.
    Configuration(String),
}

impl fmt::Display for SettingOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Default => "default",
            Self::Annotation => "annotation",
            Self::Configuration(origin) => origin,
        })
    }
}

impl OperationSettings {
    /// Returns the setting with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&EffectiveSetting> {
        self.settings.iter().find(|setting| setting.name == name)
    }
}

impl Inference {
    /// Returns the effective settings of every operation of the program, sorted by name.
    ///
    /// ```
    /// use inference_runtime::Inference;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let inference = Inference::builder().build()?;
    /// for operation in inference.settings() {
    ///     for setting in &operation.settings {
    ///         println!("{}: {} = {} ({})", operation.operation, setting.name, setting.value, setting.origin);
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn settings(&self) -> &[OperationSettings] {
        self.effective_settings()
    }
}

/// The layers of one operation's settings.
pub(super) struct Layers<'a> {
    pub(super) spec: &'static Spec,
    pub(super) changes: &'a Changes,
    pub(super) defaults: &'a Changes,
    /// The combined layers, without the defaults that conflict with other settings.
    pub(super) fitting: &'a Layer,
    pub(super) policies: &'a Policies,
}

impl Layers<'_> {
    pub(super) fn effective(&self) -> OperationSettings {
        let models = match &self.changes.models {
            Some(models) => models.as_slice(),
            None => self.spec.models(),
        };
        let models: Vec<_> = models.iter().map(ToString::to_string).collect();
        let model = EffectiveSetting {
            name: "model".to_owned(),
            value: models.join(", "),
            origin: match self.changes.origin("model") {
                Some(origin) => SettingOrigin::Configuration(origin.to_owned()),
                None => SettingOrigin::Annotation,
            },
        };
        let policies = self.policies.written().into_iter().map(|written| {
            let (key, part) = (written.key, written.part);
            let separator = if part.is_empty() { "" } else { "." };
            EffectiveSetting {
                name: format!("{}{separator}{part}", key.name()),
                value: written.value,
                origin: self.origin(key, part),
            }
        });
        OperationSettings {
            operation: self.spec.name(),
            settings: std::iter::once(model).chain(policies).collect(),
        }
    }

    /// The highest layer that sets this. A layer that sets a policy replaces that of the layers below, except that a
    /// table in `[operations.NAME]` changes only the settings that it names.
    fn origin(&self, key: Key, part: &str) -> SettingOrigin {
        let configured = |changes: &Changes| match changes.origin(key.name()) {
            Some(origin) => SettingOrigin::Configuration(origin.to_owned()),
            None => SettingOrigin::Default,
        };
        if !self.fitting.is_set(key) {
            return SettingOrigin::Default;
        }
        if self.changes.layer.names(key, part) {
            return configured(self.changes);
        }
        let annotated = self.spec.layer();
        if annotated.is_set(key) {
            return if annotated.names(key, part) {
                SettingOrigin::Annotation
            } else {
                SettingOrigin::Default
            };
        }
        if self.defaults.layer.names(key, part) {
            return configured(self.defaults);
        }
        SettingOrigin::Default
    }
}

use std::{collections::BTreeMap, path::Path, time::Duration};

use serde::{Deserialize, Deserializer, de::Error};
use toml::Spanned;

use super::{BackendSection, Backends, CacheSection, ConfigError, nearest, units};
use crate::{
    error::redact,
    inference::Overrides,
    operation::{Model, Spec},
};

/// All of `inference.toml`. What is absent is left to the defaults.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    pub(crate) defaults: DefaultsSection,
    pub(crate) cache: CacheSection,
    pub(crate) hf: HfSection,
    pub(crate) media: MediaSection,
    #[serde(rename = "backends")]
    backend_sections: BTreeMap<Spanned<String>, BackendSection>,
    #[serde(skip)]
    pub(crate) backends: Backends,
    operations: BTreeMap<Spanned<String>, OperationSection>,
    /// Where each section of an operation stands, for messages: `inference.toml:12`.
    #[serde(skip)]
    places: BTreeMap<String, String>,
}

/// What operations do that do not say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct DefaultsSection {
    #[serde(deserialize_with = "units::duration")]
    pub(crate) timeout: Option<Duration>,
    #[serde(deserialize_with = "units::cache")]
    pub(crate) cache: Option<Option<Duration>>,
}

/// Hugging Face.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct HfSection {
    pub(crate) base_url: Option<String>,
    pub(crate) hub_url: Option<String>,
    pub(crate) bill_to: Option<String>,
    #[serde(deserialize_with = "units::size")]
    pub(crate) max_response: Option<usize>,
    pub(crate) providers: BTreeMap<String, HfProviderSection>,
}

/// A provider of Hugging Face that is asked with its own key.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct HfProviderSection {
    /// The name of the variable with the key.
    pub(crate) api_key_env: Option<String>,
    pub(crate) base_url: Option<String>,
}

/// Media that come with requests.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MediaSection {
    pub(crate) allow_hosts: Vec<String>,
    #[serde(deserialize_with = "units::size")]
    pub(crate) max_size: Option<usize>,
}

/// What overrides one annotation.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct OperationSection {
    #[serde(deserialize_with = "models")]
    model: Option<Vec<Model>>,
    #[serde(deserialize_with = "units::duration")]
    timeout: Option<Duration>,
    #[serde(deserialize_with = "units::cache")]
    cache: Option<Option<Duration>>,
}

impl Config {
    pub(super) fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let place = |at: usize| {
            let line = 1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count();
            format!("{}:{line}", path.display())
        };
        let mut config: Self = toml::from_str(text).map_err(|error| {
            let place = error
                .span()
                .map_or_else(|| path.display().to_string(), |span| place(span.start));
            // Not the error's own display: that shows the line, and with it what may be a credential.
            ConfigError::new(format!(
                "{place}: {}{}",
                redact(error.message()),
                did_you_mean(error.message())
            ))
        })?;
        config.cache.remember_places(text, place)?;
        for name in config.operations.keys() {
            config
                .places
                .insert(name.get_ref().clone(), place(name.span().start));
        }
        for (name, section) in std::mem::take(&mut config.backend_sections) {
            let place = place(name.span().start);
            config.backends.add(name.into_inner(), &place, section)?;
        }
        Ok(config)
    }

    /// The overrides of this program's operations, by name.
    pub(crate) fn into_overrides(self) -> Vec<(String, String, Overrides)> {
        let Self {
            operations,
            mut places,
            ..
        } = self;
        operations
            .into_iter()
            .map(|(name, section)| {
                let name = name.into_inner();
                let place = places.remove(&name).unwrap_or_default();
                let OperationSection {
                    model,
                    timeout,
                    cache,
                } = section;
                (
                    name,
                    place,
                    Overrides {
                        models: model,
                        timeout,
                        cache,
                    },
                )
            })
            .collect()
    }
}

/// Refuses sections for operations that the program does not have.
pub(crate) fn check_operations<'a>(
    named: impl Iterator<Item = (&'a str, &'a str)>,
    known: &[&'static Spec],
) -> Result<(), ConfigError> {
    for (name, place) in named {
        if known.iter().any(|spec| spec.name() == name) {
            continue;
        }
        let help = match nearest(name, known.iter().map(|spec| spec.name())) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None if known.is_empty() => "the program has no operations".to_owned(),
            None => {
                let names: Vec<_> = known
                    .iter()
                    .map(|spec| format!("`{}`", spec.name()))
                    .collect();
                format!("the program has {}", names.join(", "))
            }
        };
        return Err(ConfigError::new(format!(
            "{place}: no operation is named `{name}`; help: {help}"
        )));
    }
    Ok(())
}

/// The known key nearest to an unknown one, out of the words of the parser: "unknown field `a`, expected one of `b`, `c`".
fn did_you_mean(message: &str) -> String {
    let mut names = message.split('`').skip(1).step_by(2);
    if !message.starts_with("unknown field") {
        return String::new();
    }
    let Some(unknown) = names.next() else {
        return String::new();
    };
    nearest(unknown, names).map_or_else(String::new, |known| {
        format!("; help: did you mean `{known}`?")
    })
}

/// One model or a chain of them.
fn models<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Model>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected a model or an array of models")]
    enum Models {
        One(String),
        Chain(Vec<String>),
    }
    let names = match Models::deserialize(deserializer)? {
        Models::One(name) => vec![name],
        Models::Chain(names) if names.is_empty() => {
            return Err(D::Error::custom("a chain of no models"));
        }
        Models::Chain(names) => names,
    };
    names
        .iter()
        .map(|name| name.parse().map_err(D::Error::custom))
        .collect::<Result<_, _>>()
        .map(Some)
}

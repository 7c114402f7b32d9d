//! The changes that an annotation's `allow(...)` permits.

use inference_spec::{Key, list};

use crate::{
    config::{Changes, ConfigError},
    operation::{Policies, Spec},
};

/// Checks the changes to an operation against the bounds of its annotation.
pub(super) fn check(
    spec: &Spec,
    changes: &Changes,
    policies: &Policies,
) -> Result<(), ConfigError> {
    let Some(bounds) = spec.bounds() else {
        return Ok(());
    };
    for (key, origin) in changes.origins() {
        let reject = |change: String, help: String| {
            let name = spec.name();
            Err(ConfigError::new(format!(
                "{origin}: the annotation of `{name}` does not allow {change}; help: {help}"
            )))
        };
        let Some(bound) = bounds.iter().find(|bound| bound.key() == key) else {
            let help = if bounds.is_empty() {
                "it allows no changes: remove the key".to_owned()
            } else {
                format!("it allows {}", list(bounds.iter().map(|bound| bound.key())))
            };
            return reject(format!("`{key}` to be changed"), help);
        };
        let range = bound.range();
        let Some(policy) = Key::from_name(key) else {
            let mut models = changes.models.iter().flatten();
            if let Some(model) = models.find(|model| !range.holds_model(model)) {
                return reject(format!("the model `{model}`"), bound.help());
            }
            continue;
        };
        let outside = policies
            .measure(policy)
            .is_some_and(|number| !range.holds(number));
        if outside {
            return reject(format!("`{key}` to be this"), bound.help());
        }
    }
    Ok(())
}

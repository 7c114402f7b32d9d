//! The changes that an annotation's `allow(...)` permits.

use inference_spec::{Key, list};

use crate::{
    config::{Changes, ConfigError},
    operation::{Policies, Spec},
};

/// Checks the changes of an operation against the bounds of its annotation.
pub(super) fn check(
    spec: &Spec,
    changes: &Changes,
    policies: &Policies,
) -> Result<(), ConfigError> {
    let Some(bounds) = spec.bounds() else {
        return Ok(());
    };
    for (key, place) in changes.places() {
        let refuse = |what: String, help: String| {
            let name = spec.name();
            Err(ConfigError::new(format!(
                "{place}: the annotation of `{name}` does not allow {what}; help: {help}"
            )))
        };
        let Some(bound) = bounds.iter().find(|bound| bound.key() == key) else {
            let help = if bounds.is_empty() {
                "it allows nothing: take the key out".to_owned()
            } else {
                format!("it allows {}", list(bounds.iter().map(|bound| bound.key())))
            };
            return refuse(format!("`{key}` to be changed"), help);
        };
        let range = bound.range();
        let Some(policy) = Key::from_name(key) else {
            let mut models = changes.models.iter().flatten();
            if let Some(model) = models.find(|model| !range.holds_model(model)) {
                return refuse(format!("the model `{model}`"), bound.help());
            }
            continue;
        };
        let outside = policies
            .measure(policy)
            .is_some_and(|number| !range.holds(number));
        if outside {
            return refuse(format!("`{key}` to be this"), bound.help());
        }
    }
    Ok(())
}

//! Checks the configured models against their backends.

use std::{collections::HashMap, sync::Arc};

use crate::{
    backend::Backend,
    config::{ConfigError, Operations},
    operation::Spec,
};

/// Rejects a model that its backend does not support for the operation's task, as the compiler does in an annotation.
///
/// Checks only the models of the configuration: a program whose annotations compile starts, and
/// [`Inference::check`](super::Inference::check) reports their models. It also reports a model whose backend is not
/// registered, because a chain may skip it.
pub(super) fn check(
    specs: &[&'static Spec],
    operations: &Operations,
    backends: &HashMap<String, Arc<dyn Backend>>,
) -> Result<(), ConfigError> {
    for spec in specs {
        let Some(changes) = operations.get(spec.name()) else {
            continue;
        };
        for model in changes.models.iter().flatten() {
            let Some(backend) = backends.get(model.backend()) else {
                continue;
            };
            if let Err(error) = backend.supports(spec.called_as(), model) {
                let origin = changes.origin("model").unwrap_or("the configuration");
                return Err(ConfigError::new(format!(
                    "{origin}: `{}` cannot use the model `{model}`: {error}",
                    spec.name()
                )));
            }
        }
    }
    Ok(())
}

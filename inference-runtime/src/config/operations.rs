//! `[operations.NAME]`, and the variables that set its keys.

use std::collections::BTreeMap;

use inference_spec::{list, nearest, nearest_variable};

use super::{Changes, ConfigError};
use crate::operation::{Spec, registered};

/// The prefix of the variables of `[operations.NAME]`; the name and a key follow.
pub(super) const PREFIX: &str = "INFERENCE_OPERATIONS_";

/// The sections by the names of their operations.
#[derive(Debug, Default)]
pub(crate) struct Operations(BTreeMap<String, Operation>);

#[derive(Debug, Default)]
struct Operation {
    /// The location of the section.
    origin: String,
    changes: Changes,
}

impl Operations {
    /// Adds a section of the file.
    pub(super) fn add(&mut self, name: String, origin: String, changes: Changes) {
        self.0.insert(name, Operation { origin, changes });
    }

    /// Sets a key from a variable, whose name begins with [`PREFIX`].
    pub(super) fn set(&mut self, variable: &str, text: &str) -> Result<(), ConfigError> {
        let known = registered();
        let mut matching = known.iter().flat_map(|spec| {
            Changes::keys()
                .filter(|key| variable_name(spec.name(), key) == variable)
                .map(|key| (spec.name(), key))
        });
        let Some((name, key)) = matching.next() else {
            return Err(unknown(variable, &known));
        };
        if let Some((other, _)) = matching.find(|(other, _)| *other != name) {
            return Err(ConfigError::new(format!(
                "{variable} is ambiguous: it may be of `{name}` or `{other}`; help: set it in `inference.toml`"
            )));
        }
        let operation = self.0.entry(name.to_owned()).or_default();
        operation.changes.set_variable(key, text, variable)
    }

    /// Returns the changes of an operation.
    pub(crate) fn get(&self, name: &str) -> Option<&Changes> {
        self.0.get(name).map(|operation| &operation.changes)
    }

    /// Rejects sections for operations that the program does not have.
    pub(crate) fn check(&self, known: &[&'static Spec]) -> Result<(), ConfigError> {
        for (name, Operation { origin, .. }) in &self.0 {
            if known.iter().any(|spec| spec.name() == name) {
                continue;
            }
            let help = match nearest(name, known.iter().map(|spec| spec.name())) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None if known.is_empty() => "the program has no operations".to_owned(),
                None => format!(
                    "the program has {}",
                    list(known.iter().map(|spec| spec.name()))
                ),
            };
            return Err(ConfigError::new(format!(
                "{origin}: unknown operation `{name}`; help: {help}"
            )));
        }
        Ok(())
    }
}

/// Returns the variable of a key: `INFERENCE_OPERATIONS_SHOP__MOOD_TIMEOUT` for `shop::mood` and `timeout`.
fn variable_name(operation: &str, key: &str) -> String {
    let name: String = operation
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect();
    format!("{PREFIX}{name}_{}", key.to_ascii_uppercase())
}

fn unknown(variable: &str, known: &[&'static Spec]) -> ConfigError {
    let variables: Vec<String> = known
        .iter()
        .flat_map(|spec| Changes::keys().map(|key| variable_name(spec.name(), key)))
        .collect();
    // All names begin alike, so only a close misspelling is suggested.
    let nearest = nearest_variable(variable, variables.iter().map(String::as_str));
    let help = match nearest {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => {
            let keys: Vec<_> = Changes::keys()
                .map(|key| format!("`_{}`", key.to_ascii_uppercase()))
                .collect();
            format!(
                "write the operation's name after `{PREFIX}`, with `_` for every character that is not a letter or a digit, followed by one of {}",
                keys.join(", ")
            )
        }
    };
    ConfigError::new(format!("unknown setting `{variable}`; help: {help}"))
}

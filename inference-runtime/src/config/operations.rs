//! `[operations.NAME]`, and the variables that stand for its keys.

use std::collections::BTreeMap;

use inference_spec::{list, nearest, nearest_variable};

use super::{Changes, ConfigError};
use crate::operation::{Spec, registered};

/// What the variables of `[operations.NAME]` begin with; the name and a key follow.
pub(super) const PREFIX: &str = "INFERENCE_OPERATIONS_";

/// The sections by the names of their operations.
#[derive(Debug, Default)]
pub(crate) struct Operations(BTreeMap<String, Operation>);

#[derive(Debug, Default)]
struct Operation {
    /// Where the section begins.
    place: String,
    changes: Changes,
}

impl Operations {
    /// Takes in a section of the file.
    pub(super) fn add(&mut self, name: String, place: String, changes: Changes) {
        self.0.insert(name, Operation { place, changes });
    }

    /// Takes in a variable, whose name begins with [`PREFIX`].
    pub(super) fn set(&mut self, variable: &str, text: &str) -> Result<(), ConfigError> {
        let known = registered();
        let mut fitting = known.iter().flat_map(|spec| {
            Changes::keys()
                .filter(|key| variable_of(spec.name(), key) == variable)
                .map(|key| (spec.name(), key))
        });
        let Some((name, key)) = fitting.next() else {
            return Err(unknown(variable, &known));
        };
        if let Some((other, _)) = fitting.find(|(other, _)| *other != name) {
            return Err(ConfigError::new(format!(
                "{variable} may mean `{name}` and `{other}`; help: write it into `inference.toml`"
            )));
        }
        let operation = self.0.entry(name.to_owned()).or_default();
        operation.changes.set_variable(key, text, variable)
    }

    /// What is said of an operation.
    pub(crate) fn of(&self, name: &str) -> Option<&Changes> {
        self.0.get(name).map(|operation| &operation.changes)
    }

    /// Refuses sections for operations that the program does not have.
    pub(crate) fn check(&self, known: &[&'static Spec]) -> Result<(), ConfigError> {
        for (name, Operation { place, .. }) in &self.0 {
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
                "{place}: no operation is named `{name}`; help: {help}"
            )));
        }
        Ok(())
    }
}

/// `shop::mood` and `timeout` are `INFERENCE_OPERATIONS_SHOP__MOOD_TIMEOUT`.
fn variable_of(operation: &str, key: &str) -> String {
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
        .flat_map(|spec| Changes::keys().map(|key| variable_of(spec.name(), key)))
        .collect();
    // All names begin alike: only a mistyped one is near.
    let nearest = nearest_variable(variable, variables.iter().map(String::as_str));
    let help = match nearest {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => {
            let keys: Vec<_> = Changes::keys()
                .map(|key| format!("`_{}`", key.to_ascii_uppercase()))
                .collect();
            format!(
                "write the operation's name behind `{PREFIX}`, with `_` for what is no letter or digit, and behind that one of {}",
                keys.join(", ")
            )
        }
    };
    ConfigError::new(format!("no setting is named `{variable}`; help: {help}"))
}

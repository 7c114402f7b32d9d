//! The names of the arguments, and their synonyms in other libraries.

use inference_spec::Key;

/// The attributes that accept an argument.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// In `#[infer(...)]` and in `#[prediction(...)]`.
    Prediction,
    /// Only in `#[infer(...)]`: it applies to the whole function.
    Function,
}

/// The arguments that are not policies.
const ARGUMENTS: &[(&str, Reach)] = &[
    ("model", Reach::Prediction),
    ("task", Reach::Prediction),
    ("input", Reach::Prediction),
    ("prompt", Reach::Prediction),
    ("system", Reach::Prediction),
    ("parameters", Reach::Prediction),
    ("preprocess", Reach::Prediction),
    ("postprocess", Reach::Prediction),
    ("fallback", Reach::Prediction),
    ("allow", Reach::Prediction),
    ("name", Reach::Prediction),
    ("runtime", Reach::Function),
    ("crate", Reach::Function),
];

/// Names from other libraries, each with the argument it corresponds to.
const SYNONYMS: &[(&str, &str)] = &[
    ("models", "model"),
    ("model_id", "model"),
    ("pipeline", "task"),
    ("pipeline_tag", "task"),
    ("inputs", "input"),
    ("text", "input"),
    ("template", "prompt"),
    ("message", "prompt"),
    ("user", "prompt"),
    ("system_prompt", "system"),
    ("instructions", "system"),
    ("params", "parameters"),
    ("options", "parameters"),
    ("before", "preprocess"),
    ("after", "postprocess"),
    ("map", "postprocess"),
    ("default", "fallback"),
    ("on_error", "fallback"),
    ("or_else", "fallback"),
    ("client", "runtime"),
    ("inference", "runtime"),
    ("overrides", "allow"),
];

/// Returns the names of all arguments.
pub(super) fn names() -> impl Iterator<Item = &'static str> + Clone {
    let policies = Key::ALL.iter().map(|key| key.name());
    ARGUMENTS.iter().map(|(name, _)| *name).chain(policies)
}

/// Returns the attributes that accept the argument of this name.
pub(super) fn reach(name: &str) -> Option<Reach> {
    let policy = || Key::from_name(name).map(|_| Reach::Prediction);
    let other = ARGUMENTS.iter().find(|(argument, _)| *argument == name);
    other.map(|(_, reach)| *reach).or_else(policy)
}

/// Returns the argument that a name from another library corresponds to.
pub(super) fn synonym(name: &str) -> Option<&'static str> {
    let policy = || {
        let mut keys = Key::ALL.iter().map(|key| key.rule());
        keys.find(|rule| rule.aliases.contains(&name))
            .map(|rule| rule.name)
    };
    let other = SYNONYMS.iter().find(|(typed, _)| *typed == name);
    other.map(|(_, meant)| *meant).or_else(policy)
}

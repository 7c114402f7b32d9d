//! The names of the arguments: those there are, and those that a coming version brings.

/// Where an argument may stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// In `#[infer(...)]` and in `#[prediction(...)]`.
    Prediction,
    /// Only in `#[infer(...)]`: it is about the whole function.
    Function,
    /// Nowhere yet.
    Later,
}

/// Every argument by name.
pub(super) const ARGUMENTS: &[(&str, Reach)] = &[
    ("model", Reach::Prediction),
    ("task", Reach::Prediction),
    ("input", Reach::Prediction),
    ("prompt", Reach::Prediction),
    ("system", Reach::Prediction),
    ("parameters", Reach::Prediction),
    ("preprocess", Reach::Prediction),
    ("postprocess", Reach::Prediction),
    ("cache", Reach::Prediction),
    ("fallback", Reach::Prediction),
    ("timeout", Reach::Prediction),
    ("name", Reach::Prediction),
    ("max_input", Reach::Prediction),
    ("runtime", Reach::Function),
    ("crate", Reach::Function),
    ("retry", Reach::Later),
    ("circuit_breaker", Reach::Later),
    ("rate_limit", Reach::Later),
    ("concurrency", Reach::Later),
    ("hedge", Reach::Later),
];

/// The arguments inside `cache(...)`.
pub(super) const CACHE_ARGUMENTS: &[(&str, Reach)] = &[
    ("ttl", Reach::Prediction),
    ("scope", Reach::Prediction),
    ("key", Reach::Prediction),
    ("stale_if_error", Reach::Later),
    ("stale_while_revalidate", Reach::Later),
    ("client_control", Reach::Later),
    ("single_flight", Reach::Later),
];

/// What people who know other libraries type, and what it is called here.
pub(super) const SYNONYMS: &[(&str, &str)] = &[
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
    ("deadline", "timeout"),
    ("max_size", "max_input"),
    ("limit", "max_input"),
    ("client", "runtime"),
    ("inference", "runtime"),
    ("retries", "retry"),
];

/// What is known about a name.
pub(super) fn reach(table: &[(&str, Reach)], name: &str) -> Option<Reach> {
    table
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, reach)| *reach)
}

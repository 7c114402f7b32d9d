//! The names of the arguments, and what else people call them.

/// Where an argument may stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// In `#[infer(...)]` and in `#[prediction(...)]`.
    Prediction,
    /// Only in `#[infer(...)]`: it is about the whole function.
    Function,
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
    ("retry", Reach::Prediction),
    ("attempt_timeout", Reach::Prediction),
    ("circuit_breaker", Reach::Prediction),
    ("rate_limit", Reach::Prediction),
    ("concurrency", Reach::Prediction),
    ("hedge", Reach::Prediction),
    ("allow", Reach::Prediction),
    ("name", Reach::Prediction),
    ("max_input", Reach::Prediction),
    ("runtime", Reach::Function),
    ("crate", Reach::Function),
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
    ("attempts", "retry"),
    ("backoff", "retry"),
    ("breaker", "circuit_breaker"),
    ("throttle", "rate_limit"),
    ("max_concurrency", "concurrency"),
    ("max_in_flight", "concurrency"),
    ("ttl", "cache"),
    ("overrides", "allow"),
];

/// What is known about a name.
pub(super) fn reach(name: &str) -> Option<Reach> {
    ARGUMENTS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, reach)| *reach)
}

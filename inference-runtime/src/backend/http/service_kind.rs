use super::Hints;

/// The kind of a service, for error messages.
pub(crate) struct ServiceKind {
    /// The name (`text-embeddings-inference`).
    pub(crate) name: &'static str,
    /// An example of its base URL.
    pub(crate) example: &'static str,
    /// Help for its errors.
    pub(crate) hints: Hints,
}

/// What an operator should do, where that depends on the service: the sentences after `help: `, and the settings'
/// names.
#[derive(Debug)]
pub(crate) struct Hints {
    /// The credentials were refused (401).
    pub(crate) unauthorized: &'static str,
    /// The credentials may not do this (403).
    pub(crate) forbidden: &'static str,
    /// Nothing is left to pay with (402).
    pub(crate) payment_required: &'static str,
    /// The service does not know the model (404).
    pub(crate) not_found: &'static str,
    /// The service cannot do this with the model (405, 415, 501, words).
    pub(crate) unsupported: &'static str,
    /// The name of the setting that holds the address.
    pub(crate) base_url: &'static str,
    /// The name of the setting that bounds an answer.
    pub(crate) max_response: &'static str,
}

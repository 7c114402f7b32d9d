/// Advice for the operator that depends on the service: the sentences after `help: `, and the names of the settings.
#[derive(Debug)]
pub(crate) struct Hints {
    /// The service refused the credential (401).
    pub(crate) unauthorized: &'static str,
    /// The credential lacks a permission (403).
    pub(crate) forbidden: &'static str,
    /// The account has no credits left (402).
    pub(crate) payment_required: &'static str,
    /// The service does not know the model (404).
    pub(crate) not_found: &'static str,
    /// The service does not support this for the model (405, 415, 501, or by its message).
    pub(crate) unsupported: &'static str,
    /// The name of the setting with the address.
    pub(crate) base_url: &'static str,
    /// The name of the setting with the size limit of responses.
    pub(crate) max_response: &'static str,
}

//! What proves who asks, and how it is kept out of sight.

use std::{borrow::Cow, fmt, sync::Arc};

use http::HeaderValue;
use memchr::memmem;
use secrecy::{ExposeSecret, SecretString};

/// A shorter one is a placeholder (`none`, `EMPTY`): taking it out of texts would only garble them.
const MIN_SECRET_LEN: usize = 8;

/// A secret that can be sent as `Authorization`, or none at all.
#[derive(Clone, Default)]
pub(crate) struct Credential(Option<Sendable>);

#[derive(Clone)]
struct Sendable {
    secret: SecretString,
    header: HeaderValue,
    /// Finds the secret in what a service says; none for a placeholder.
    finder: Option<Arc<memmem::Finder<'static>>>,
}

/// A secret that no header can hold.
#[derive(Debug)]
pub(crate) struct Unsendable;

impl Credential {
    /// A service that asks for none.
    pub(crate) fn none() -> Self {
        Self::default()
    }

    /// Cleans a secret as Hugging Face's own client does: line ends and outer white space are taken off, and nothing
    /// that is left is none.
    pub(crate) fn bearer(raw: &SecretString) -> Result<Self, Unsendable> {
        Self::with_scheme("Bearer", raw)
    }

    /// As [`bearer`](Self::bearer), with another word before it (`Key`).
    pub(crate) fn with_scheme(scheme: &str, raw: &SecretString) -> Result<Self, Unsendable> {
        let text: String = raw
            .expose_secret()
            .chars()
            .filter(|c| !matches!(c, '\r' | '\n'))
            .collect();
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self::none());
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Unsendable);
        }
        let mut header =
            HeaderValue::try_from(format!("{scheme} {text}")).map_err(|_| Unsendable)?;
        header.set_sensitive(true);
        let finder = || Arc::new(memmem::Finder::new(text).into_owned());
        Ok(Self(Some(Sendable {
            secret: SecretString::from(text),
            header,
            finder: (text.len() >= MIN_SECRET_LEN).then(finder),
        })))
    }

    /// Whether there is none.
    pub(crate) fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// The value of `Authorization`, marked as sensitive.
    pub(crate) fn header(&self) -> Option<&HeaderValue> {
        self.0.as_ref().map(|sendable| &sendable.header)
    }

    /// Whether the secret begins so: services mark theirs.
    pub(crate) fn starts_with(&self, prefix: &str) -> bool {
        self.secret()
            .is_some_and(|secret| secret.starts_with(prefix))
    }

    /// Takes the secret out of a text from outside.
    pub(crate) fn scrub<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.secret() {
            Some(secret) if self.is_in(text) => Cow::Owned(text.replace(secret, "[redacted]")),
            _ => Cow::Borrowed(text),
        }
    }

    /// Whether a text from outside repeats the secret.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.is_in_bytes(text.as_bytes())
    }

    /// The same of bytes, which need not be text.
    pub(crate) fn is_in_bytes(&self, bytes: &[u8]) -> bool {
        self.0
            .as_ref()
            .and_then(|sendable| sendable.finder.as_ref())
            .is_some_and(|finder| {
                finder.needle().len() <= bytes.len() && finder.find(bytes).is_some()
            })
    }

    fn secret(&self) -> Option<&str> {
        self.0
            .as_ref()
            .map(|sendable| sendable.secret.expose_secret())
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_none() { "none" } else { "[redacted]" })
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::Credential;

    fn credential(text: &str) -> Credential {
        Credential::bearer(&SecretString::from(text)).expect("it can be sent")
    }

    #[test]
    fn is_cleaned_and_hidden() {
        let token = credential("  hf_abc\r\ndefghi \n");
        let header = token.header().expect("there is one");
        assert_eq!(header, "Bearer hf_abcdefghi");
        assert!(header.is_sensitive());
        assert!(!format!("{token:?} {header:?}").contains("abcdef"));
        assert!(token.starts_with("hf_"));
        assert!(credential("\r\n").is_none());
    }

    #[test]
    fn what_no_header_holds_is_refused() {
        for text in ["hf_ä", "hf_a b", "hf_\u{0}"] {
            Credential::bearer(&SecretString::from(text)).expect_err(text);
        }
    }

    #[test]
    fn is_taken_out_of_texts_unless_it_is_a_placeholder() {
        assert_eq!(
            credential("my.own/secret").scrub("is my.own/secret bad?"),
            "is [redacted] bad?"
        );
        assert_eq!(credential("none").scrub("none was found"), "none was found");
        assert_eq!(Credential::none().scrub("none"), "none");
    }
}

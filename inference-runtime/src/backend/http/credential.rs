//! API keys and tokens, kept out of logs and errors.

use std::{borrow::Cow, fmt, sync::Arc};

use http::HeaderValue;
use memchr::memmem;
use secrecy::{ExposeSecret, SecretString};

/// A shorter one is a placeholder (`none`, `EMPTY`): redacting it would only garble texts.
const MIN_SECRET_LEN: usize = 8;

/// A secret that is sent as `Authorization`, or nothing.
#[derive(Clone, Default)]
pub(crate) struct Credential(Option<Inner>);

#[derive(Clone)]
struct Inner {
    secret: SecretString,
    header: HeaderValue,
    /// Finds the secret in texts of a service; `None` for a placeholder.
    finder: Option<Arc<memmem::Finder<'static>>>,
}

/// A secret that is not a valid header value.
#[derive(Debug)]
pub(crate) struct InvalidSecret;

impl Credential {
    /// Creates an empty credential, for a service without authentication.
    pub(crate) fn none() -> Self {
        Self::default()
    }

    /// Creates a bearer credential. Cleans the secret as Hugging Face's own client does: removes line ends and surrounding
    /// white space. An empty secret is an empty credential.
    pub(crate) fn bearer(raw: &SecretString) -> Result<Self, InvalidSecret> {
        Self::with_scheme("Bearer", raw)
    }

    /// Creates a credential with another scheme (`Key`); otherwise as [`bearer`](Self::bearer).
    pub(crate) fn with_scheme(scheme: &str, raw: &SecretString) -> Result<Self, InvalidSecret> {
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
            return Err(InvalidSecret);
        }
        let mut header =
            HeaderValue::try_from(format!("{scheme} {text}")).map_err(|_| InvalidSecret)?;
        header.set_sensitive(true);
        let finder = || Arc::new(memmem::Finder::new(text).into_owned());
        Ok(Self(Some(Inner {
            secret: SecretString::from(text),
            header,
            finder: (text.len() >= MIN_SECRET_LEN).then(finder),
        })))
    }

    /// Returns whether the credential is empty.
    pub(crate) fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// Returns the value of `Authorization`, marked as sensitive.
    pub(crate) fn header(&self) -> Option<&HeaderValue> {
        self.0.as_ref().map(|inner| &inner.header)
    }

    /// Returns whether the secret starts with this prefix: services mark theirs.
    pub(crate) fn starts_with(&self, prefix: &str) -> bool {
        self.secret()
            .is_some_and(|secret| secret.starts_with(prefix))
    }

    /// Replaces the secret in a text from outside.
    pub(crate) fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.secret() {
            Some(secret) if self.appears_in(text) => Cow::Owned(text.replace(secret, "[redacted]")),
            _ => Cow::Borrowed(text),
        }
    }

    /// Returns whether a text from outside contains the secret.
    pub(crate) fn appears_in(&self, text: &str) -> bool {
        self.appears_in_bytes(text.as_bytes())
    }

    /// Returns whether bytes from outside contain the secret.
    pub(crate) fn appears_in_bytes(&self, bytes: &[u8]) -> bool {
        self.0
            .as_ref()
            .and_then(|inner| inner.finder.as_ref())
            .is_some_and(|finder| {
                finder.needle().len() <= bytes.len() && finder.find(bytes).is_some()
            })
    }

    fn secret(&self) -> Option<&str> {
        self.0.as_ref().map(|inner| inner.secret.expose_secret())
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
        Credential::bearer(&SecretString::from(text)).expect("a valid secret")
    }

    #[test]
    fn white_space_is_removed_and_debug_hides_the_secret() {
        let token = credential("  hf_abc\r\ndefghi \n");
        let header = token.header().expect("a header");
        assert_eq!(header, "Bearer hf_abcdefghi");
        assert!(header.is_sensitive());
        assert!(!format!("{token:?} {header:?}").contains("abcdef"));
        assert!(token.starts_with("hf_"));
        assert!(credential("\r\n").is_none());
    }

    #[test]
    fn a_secret_that_is_not_a_header_value_is_refused() {
        for text in ["hf_ä", "hf_a b", "hf_\u{0}"] {
            Credential::bearer(&SecretString::from(text)).expect_err(text);
        }
    }

    #[test]
    fn secrets_are_redacted_unless_they_are_placeholders() {
        assert_eq!(
            credential("my.own/secret").redact("is my.own/secret bad?"),
            "is [redacted] bad?"
        );
        assert_eq!(
            credential("none").redact("none was found"),
            "none was found"
        );
        assert_eq!(Credential::none().redact("none"), "none");
    }
}

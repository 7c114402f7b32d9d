//! The address everything is sent to.

use reqwest::Url;

use crate::{ConfigError, backend::http::base_url};

/// Where the service is when nobody says otherwise.
pub(super) const ROUTER: &str = "https://router.huggingface.co";

/// Where the Hub is, which knows the providers of a model.
pub(super) const HUB: &str = "https://huggingface.co";

const SERVICE: &str = "Hugging Face";

/// Answers every request with 410 since 2025.
const RETIRED_HOST: &str = "api-inference.huggingface.co";

/// Reads a base URL: http or https, a path prefix if need be, nothing else.
///
/// # Errors
///
/// The message never repeats the text: a password may stand in it.
pub(super) fn parse(text: &str, example: &str) -> Result<Url, ConfigError> {
    let url = base_url(text, SERVICE, example)?;
    let wrong = |what: &str| {
        Err(ConfigError::new(format!(
            "the base URL of {SERVICE} {what}; help: write something like `{example}`"
        )))
    };
    if url.host_str() == Some(RETIRED_HOST) {
        return wrong(&format!("is `{RETIRED_HOST}`, which no longer answers"));
    }
    if is_hugging_face(&url) && url.scheme() != "https" {
        return wrong("would send the token unencrypted");
    }
    Ok(url)
}

/// Whether this host is Hugging Face's own, and not a proxy or a server of the operator's.
pub(super) fn is_hugging_face(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let host = host.strip_suffix('.').unwrap_or(host);
        host == "huggingface.co" || host.ends_with(".huggingface.co")
    })
}

#[cfg(test)]
mod tests {
    use super::{ROUTER, is_hugging_face, parse};

    #[test]
    fn takes_http_https_and_a_path() {
        for text in [
            ROUTER,
            "http://127.0.0.1:8080",
            "https://proxy.internal/hf/",
        ] {
            parse(text, ROUTER).expect(text);
        }
    }

    #[test]
    fn says_what_is_wrong_and_not_what_was_written() {
        for (text, word) in [
            ("", "no URL"),
            ("router.huggingface.co", "no URL"),
            ("ftp://host", "must begin"),
            ("https://me:hunter2@host", "password"),
            ("https://host?key=hunter2", "query"),
            ("https://host/#hunter2", "fragment"),
            ("https://api-inference.huggingface.co", "no longer answers"),
            ("http://router.huggingface.co", "unencrypted"),
        ] {
            let error = parse(text, ROUTER).expect_err(text).to_string();
            assert!(error.contains(word), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn knows_whose_a_host_is() {
        let is = |text| is_hugging_face(&parse(text, ROUTER).expect(text));
        assert!(is(ROUTER));
        assert!(is("https://huggingface.co./x"));
        assert!(!is("https://huggingface.co.evil.example"));
        assert!(!is("https://myhuggingface.co"));
    }
}

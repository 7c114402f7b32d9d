//! The base URLs of the router and the Hub.

use reqwest::Url;

use crate::{ConfigError, backend::http::base_url};

/// The default base URL.
pub(super) const ROUTER: &str = "https://router.huggingface.co";

/// The default URL of the Hub, which returns the providers of a model.
pub(super) const HUB: &str = "https://huggingface.co";

const SERVICE: &str = "Hugging Face";

/// Has returned 410 for every request since 2025.
const RETIRED_HOST: &str = "api-inference.huggingface.co";

/// Parses a base URL: http or https, with an optional path prefix.
///
/// # Errors
///
/// The message never repeats the text, which may contain a password.
pub(super) fn parse(text: &str, example: &str) -> Result<Url, ConfigError> {
    let url = base_url(text, SERVICE, example)?;
    let invalid = |problem: &str| {
        Err(ConfigError::new(format!(
            "the base URL of {SERVICE} {problem}; help: write something like `{example}`"
        )))
    };
    if url.host_str() == Some(RETIRED_HOST) {
        return invalid(&format!("is `{RETIRED_HOST}`, which is retired"));
    }
    if is_hugging_face(&url) && url.scheme() != "https" {
        return invalid("would send the token unencrypted");
    }
    Ok(url)
}

/// Returns whether a host is Hugging Face's own, and not a proxy or a server of the operator.
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
    fn http_https_and_a_path_are_accepted() {
        for text in [
            ROUTER,
            "http://127.0.0.1:8080",
            "https://proxy.internal/hf/",
        ] {
            parse(text, ROUTER).expect(text);
        }
    }

    #[test]
    fn the_error_names_the_mistake_without_repeating_the_url() {
        for (text, word) in [
            ("", "not a URL"),
            ("router.huggingface.co", "not a URL"),
            ("ftp://host", "must begin"),
            ("https://me:hunter2@host", "password"),
            ("https://host?key=hunter2", "query"),
            ("https://host/#hunter2", "fragment"),
            ("https://api-inference.huggingface.co", "retired"),
            ("http://router.huggingface.co", "unencrypted"),
        ] {
            let error = parse(text, ROUTER).expect_err(text).to_string();
            assert!(error.contains(word), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn hosts_of_hugging_face_are_recognized() {
        let is = |text| is_hugging_face(&parse(text, ROUTER).expect(text));
        assert!(is(ROUTER));
        assert!(is("https://huggingface.co./x"));
        assert!(!is("https://huggingface.co.evil.example"));
        assert!(!is("https://myhuggingface.co"));
    }
}

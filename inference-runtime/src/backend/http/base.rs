//! The address of a service.

use reqwest::Url;

use crate::ConfigError;

/// Parses a base URL: http or https, with an optional path prefix. `service` and `example` are used in the error.
///
/// # Errors
///
/// The message never repeats the text, which may contain a password.
pub(crate) fn parse(text: &str, service: &str, example: &str) -> Result<Url, ConfigError> {
    let invalid = |problem: &str| {
        Err(ConfigError::new(format!(
            "the base URL of {service} {problem}; help: write something like `{example}`"
        )))
    };
    let Ok(url) = Url::parse(text.trim()) else {
        return invalid("is not a URL");
    };
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return invalid("must begin with `https://` or `http://` and a host");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return invalid("contains a user name or a password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return invalid("contains a query or a fragment");
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn the_error_names_the_mistake_without_repeating_the_url() {
        for (text, word) in [
            ("", "not a URL"),
            ("localhost", "not a URL"),
            ("localhost:8080", "must begin"),
            ("ftp://host", "must begin"),
            ("https://me:hunter2@host", "password"),
            ("https://host?key=hunter2", "query"),
            ("https://host/#hunter2", "fragment"),
        ] {
            let error = parse(text, "x", "https://x.example")
                .expect_err(text)
                .to_string();
            assert!(error.contains(word), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
        parse(" https://host/v1/ ", "x", "https://x.example").expect("a path is allowed");
    }
}

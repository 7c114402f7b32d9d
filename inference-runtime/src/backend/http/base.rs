//! The address of a service.

use reqwest::Url;

use crate::ConfigError;

/// Reads a base URL: http or https, a path prefix if need be, nothing else. `service` and `example` are for the error.
///
/// # Errors
///
/// The message never repeats the text: a password may stand in it.
pub(crate) fn parse(text: &str, service: &str, example: &str) -> Result<Url, ConfigError> {
    let wrong = |what: &str| {
        Err(ConfigError::new(format!(
            "the base URL of {service} {what}; help: write something like `{example}`"
        )))
    };
    let Ok(url) = Url::parse(text.trim()) else {
        return wrong("is no URL");
    };
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return wrong("must begin with `https://` or `http://` and a host");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("holds a user name or a password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return wrong("holds a query or a fragment");
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn says_what_is_wrong_and_not_what_was_written() {
        for (text, word) in [
            ("", "no URL"),
            ("localhost", "no URL"),
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
        parse(" https://host/v1/ ", "x", "https://x.example").expect("a path is fine");
    }
}

//! The URLs of requests, for every form of base URL.

use reqwest::Url;

/// Returns the URL of a route below `/v1`, which is appended unless the base ends in `/v1` or is the URL of the chat
/// route.
pub(super) fn versioned(base: &Url, route: &[&str]) -> Url {
    let mut segments = segments(base);
    let names_chat = segments.ends_with(&["chat", "completions"]);
    if names_chat {
        segments.truncate(segments.len() - 2);
    } else if segments.last() != Some(&"v1") {
        segments.push("v1");
    }
    join(base, &segments, route)
}

/// Returns the URL of a route that vLLM has beside `/v1`.
pub(super) fn unversioned(base: &Url, route: &[&str]) -> Url {
    let mut segments = segments(base);
    if segments.ends_with(&["chat", "completions"]) {
        segments.truncate(segments.len() - 2);
    }
    if segments.last() == Some(&"v1") {
        segments.pop();
    }
    join(base, &segments, route)
}

fn segments(base: &Url) -> Vec<&str> {
    base.path()
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect()
}

/// Joins segments; those of the base are percent-encoded already.
fn join(base: &Url, segments: &[&str], route: &[&str]) -> Url {
    let mut url = base.clone();
    url.set_path(&[segments, route].concat().join("/"));
    url
}

#[cfg(test)]
mod tests {
    use super::{unversioned, versioned};

    #[test]
    fn every_form_of_base_url_is_accepted() {
        for (base, chat, embeddings, classify) in [
            ("", "/v1/chat/completions", "/v1/embeddings", "/classify"),
            ("/v1", "/v1/chat/completions", "/v1/embeddings", "/classify"),
            (
                "/v1//",
                "/v1/chat/completions",
                "/v1/embeddings",
                "/classify",
            ),
            (
                "/a%20b",
                "/a%20b/v1/chat/completions",
                "/a%20b/v1/embeddings",
                "/a%20b/classify",
            ),
            (
                "/openai/v1/",
                "/openai/v1/chat/completions",
                "/openai/v1/embeddings",
                "/openai/classify",
            ),
            (
                "/v4/chat/completions",
                "/v4/chat/completions",
                "/v4/embeddings",
                "/v4/classify",
            ),
        ] {
            let base = format!("http://host:1{base}").parse().expect(base);
            assert_eq!(versioned(&base, &["chat", "completions"]).path(), chat);
            assert_eq!(versioned(&base, &["embeddings"]).path(), embeddings);
            assert_eq!(unversioned(&base, &["classify"]).path(), classify);
        }
    }
}

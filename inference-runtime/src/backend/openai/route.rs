//! Where a question goes, whatever end of the address the operator has written.

use reqwest::Url;

/// The address of a route under `/v1`. A base that ends in `/v1` has it already, and so has one that is the address of
/// the chat; every other base gets it.
pub(super) fn versioned(base: &Url, route: &[&str]) -> Url {
    let mut segments = segments(base);
    let names_chat = segments.ends_with(&["chat", "completions"]);
    if names_chat {
        segments.truncate(segments.len() - 2);
    } else if segments.last() != Some(&"v1") {
        segments.push("v1");
    }
    joined(base, &segments, route)
}

/// The address of a route that vLLM has beside `/v1`.
pub(super) fn unversioned(base: &Url, route: &[&str]) -> Url {
    let mut segments = segments(base);
    if segments.ends_with(&["chat", "completions"]) {
        segments.truncate(segments.len() - 2);
    }
    if segments.last() == Some(&"v1") {
        segments.pop();
    }
    joined(base, &segments, route)
}

fn segments(base: &Url) -> Vec<&str> {
    base.path()
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect()
}

/// The segments of the base are encoded already.
fn joined(base: &Url, segments: &[&str], route: &[&str]) -> Url {
    let mut url = base.clone();
    url.set_path(&[segments, route].concat().join("/"));
    url
}

#[cfg(test)]
mod tests {
    use super::{unversioned, versioned};

    #[test]
    fn takes_every_end_of_an_address() {
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

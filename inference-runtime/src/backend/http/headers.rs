//! What the headers of an answer say.

use http::{HeaderMap, header};

use super::Credential;
use crate::backend::Usage;

/// Longer values are not what they should be.
const MAX_LEN: usize = 200;

/// The headers that are of interest.
#[derive(Clone)]
pub(crate) struct Facts {
    pub(crate) media_type: Option<String>,
    pub(crate) provider: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) usage: Option<Usage>,
}

impl Facts {
    pub(super) fn read(headers: &HeaderMap, credential: &Credential) -> Self {
        let text = |name: &str| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::trim)
                .filter(|text| !text.is_empty() && text.len() <= MAX_LEN && !credential.is_in(text))
                .map(str::to_owned)
        };
        let number = |name: &str| text(name)?.parse().ok();
        let usage = Usage {
            input_tokens: number("x-prompt-tokens").or_else(|| number("x-compute-tokens")),
            output_tokens: number("x-generated-tokens"),
        };
        Self {
            media_type: text(header::CONTENT_TYPE.as_str()),
            provider: text("x-inference-provider"),
            request_id: ["x-request-id", "x-amzn-trace-id", "x-amz-cf-id"]
                .into_iter()
                .find_map(text),
            usage: (usage != Usage::default()).then_some(usage),
        }
    }

    /// Whether the body is a page for people.
    pub(crate) fn is_html(&self) -> bool {
        self.media_type
            .as_deref()
            .and_then(|media_type| media_type.split(';').next())
            .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("text/html"))
    }
}

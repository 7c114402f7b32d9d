//! Metadata in the headers of a response.

use http::HeaderMap;

use super::Credential;
use crate::backend::Usage;

/// Longer values are ignored.
const MAX_LEN: usize = 200;

/// The metadata of a response, read from its headers.
#[derive(Clone)]
pub(crate) struct ResponseMeta {
    pub(crate) media_type: Option<String>,
    pub(crate) provider: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) usage: Option<Usage>,
}

/// The values of those headers, borrowed.
#[derive(Default)]
struct Headers<'h> {
    media_type: Option<&'h str>,
    provider: Option<&'h str>,
    request_id: Option<&'h str>,
    trace_id: Option<&'h str>,
    cloudfront_id: Option<&'h str>,
    prompt_tokens: Option<&'h str>,
    compute_tokens: Option<&'h str>,
    generated_tokens: Option<&'h str>,
}

impl<'h> Headers<'h> {
    fn slot(&mut self, name: &str) -> Option<&mut Option<&'h str>> {
        Some(match name {
            "content-type" => &mut self.media_type,
            "x-inference-provider" => &mut self.provider,
            "x-request-id" => &mut self.request_id,
            "x-amzn-trace-id" => &mut self.trace_id,
            "x-amz-cf-id" => &mut self.cloudfront_id,
            "x-prompt-tokens" => &mut self.prompt_tokens,
            "x-compute-tokens" => &mut self.compute_tokens,
            "x-generated-tokens" => &mut self.generated_tokens,
            _ => return None,
        })
    }
}

impl ResponseMeta {
    pub(super) fn read(headers: &HeaderMap, credential: &Credential) -> Self {
        let mut found = Headers::default();
        // In one pass: a lookup of each header by name takes longer for a response with few headers.
        for (name, value) in headers {
            let Some(slot) = found.slot(name.as_str()) else {
                continue;
            };
            // The first of repeated headers counts.
            if slot.is_none() {
                *slot = value
                    .to_str()
                    .ok()
                    .map(str::trim)
                    .filter(|text| !text.is_empty() && text.len() <= MAX_LEN)
                    .filter(|text| !credential.appears_in(text));
            }
        }
        let number = |text: Option<&str>| text?.parse().ok();
        let usage = Usage {
            input_tokens: number(found.prompt_tokens).or_else(|| number(found.compute_tokens)),
            output_tokens: number(found.generated_tokens),
        };
        let request_id = found.request_id.or(found.trace_id).or(found.cloudfront_id);
        Self {
            media_type: found.media_type.map(str::to_owned),
            provider: found.provider.map(str::to_owned),
            request_id: request_id.map(str::to_owned),
            usage: (usage != Usage::default()).then_some(usage),
        }
    }

    /// Returns whether the body is an HTML page.
    pub(crate) fn is_html(&self) -> bool {
        self.media_type
            .as_deref()
            .and_then(|media_type| media_type.split(';').next())
            .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("text/html"))
    }
}

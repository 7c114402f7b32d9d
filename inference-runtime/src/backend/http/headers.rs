//! What the headers of an answer say.

use http::HeaderMap;

use super::Credential;
use crate::backend::Usage;

/// Longer values are not what they should be.
const MAX_LEN: usize = 200;

/// The headers that are of interest.
#[derive(Clone)]
pub(crate) struct ResponseMeta {
    pub(crate) media_type: Option<String>,
    pub(crate) provider: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) usage: Option<Usage>,
}

/// Those headers as they are.
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
    fn place(&mut self, name: &str) -> Option<&mut Option<&'h str>> {
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
        let mut said = Headers::default();
        // In one go: to look each of them up by its name takes longer than an answer of a few headers is.
        for (name, value) in headers {
            let Some(place) = said.place(name.as_str()) else {
                continue;
            };
            // Of several the first counts.
            if place.is_none() {
                *place = value
                    .to_str()
                    .ok()
                    .map(str::trim)
                    .filter(|text| !text.is_empty() && text.len() <= MAX_LEN)
                    .filter(|text| !credential.is_in(text));
            }
        }
        let number = |text: Option<&str>| text?.parse().ok();
        let usage = Usage {
            input_tokens: number(said.prompt_tokens).or_else(|| number(said.compute_tokens)),
            output_tokens: number(said.generated_tokens),
        };
        let request_id = said.request_id.or(said.trace_id).or(said.cloudfront_id);
        Self {
            media_type: said.media_type.map(str::to_owned),
            provider: said.provider.map(str::to_owned),
            request_id: request_id.map(str::to_owned),
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

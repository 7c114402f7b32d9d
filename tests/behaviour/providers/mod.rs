//! The providers of Hugging Face, played by a server on loopback that is the Hub, the router and the providers at once.

mod ask;
mod cases;
mod failures;
mod keys;
mod lookups;
mod table;

use inference_runtime::{
    backend::{HuggingFace, HuggingFaceBuilder},
    prelude::*,
};
use inference_tests::upstream::{Answer, RecordedRequest, Upstream};
use serde_json::{Value, json};

/// The token of Hugging Face's.
const TOKEN: &str = "hf_ThatOnlyTheRouterMaySee0123456789";
/// The provider's own key.
const KEY: &str = "sk-ThatOnlyTheProviderMaySee0123456789";

/// What the Hub says of a model at one provider.
fn mapping(provider: &str, id: &str, task: &str) -> Answer {
    let task = match task {
        "chat-completion" => "conversational",
        other => other,
    };
    let entry = json!({"status": "live", "providerId": id, "task": task});
    Answer::json(&json!({"id": "org/model", "inferenceProviderMapping": {provider: entry}}))
}

/// Whether the Hub was asked.
fn is_lookup(request: &RecordedRequest) -> bool {
    request.path.starts_with("/api/models/")
}

/// The questions that were not for the Hub.
fn questions(upstream: &Upstream) -> Vec<RecordedRequest> {
    let all = upstream.requests().into_iter();
    all.filter(|request| !is_lookup(request)).collect()
}

/// Hugging Face with its token, Hub and router at the server's address.
fn routed(upstream: &Upstream) -> HuggingFaceBuilder {
    HuggingFace::builder()
        .base_url(upstream.url())
        .hub_url(upstream.url())
        .token(TOKEN)
}

/// The same, with a provider's own key.
fn directly(upstream: &Upstream, provider: &str) -> HuggingFaceBuilder {
    routed(upstream)
        .provider_key(provider, KEY)
        .provider_base_url(provider, upstream.url())
}

fn inference(backend: HuggingFaceBuilder) -> Inference {
    Inference::builder()
        .backend("hf", backend.build().expect("a backend"))
        .build()
        .expect("a runtime")
}

/// A chat's answer in OpenAI's form.
fn reply() -> Value {
    json!({
        "id": "c", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
    })
}

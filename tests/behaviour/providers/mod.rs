//! The providers of Hugging Face, against a scripted server that acts as the Hub, the router and the providers.

mod cases;
mod failures;
mod keys;
mod lookups;
mod predict;
mod table;

use inference_runtime::{
    backend::{HuggingFace, HuggingFaceBuilder},
    prelude::*,
};
use inference_tests::upstream::{Answer, RecordedRequest, Upstream};
use serde_json::{Value, json};

/// The Hugging Face token.
const TOKEN: &str = "hf_TokenForTheRouterOnly0123456789";
/// The provider's own key.
const KEY: &str = "sk-KeyForTheProviderOnly0123456789";

/// The response of the Hub for a model with one provider.
fn mapping(provider: &str, id: &str, task: &str) -> Answer {
    let task = match task {
        "chat-completion" => "conversational",
        other => other,
    };
    let entry = json!({"status": "live", "providerId": id, "task": task});
    Answer::json(&json!({"id": "org/model", "inferenceProviderMapping": {provider: entry}}))
}

/// Returns whether the request went to the Hub.
fn is_lookup(request: &RecordedRequest) -> bool {
    request.path.starts_with("/api/models/")
}

/// Returns the requests that did not go to the Hub.
fn inference_requests(upstream: &Upstream) -> Vec<RecordedRequest> {
    let all = upstream.requests().into_iter();
    all.filter(|request| !is_lookup(request)).collect()
}

/// Returns a builder of the Hugging Face backend with the token, and with Hub and router at the URL of the server.
fn router_builder(upstream: &Upstream) -> HuggingFaceBuilder {
    HuggingFace::builder()
        .base_url(upstream.url())
        .hub_url(upstream.url())
        .token(TOKEN)
}

/// The same, with a key and a base URL for the provider.
fn direct_builder(upstream: &Upstream, provider: &str) -> HuggingFaceBuilder {
    router_builder(upstream)
        .provider_key(provider, KEY)
        .provider_base_url(provider, upstream.url())
}

fn inference(backend: HuggingFaceBuilder) -> Inference {
    Inference::builder()
        .backend("hf", backend.build().expect("the backend should build"))
        .build()
        .expect("the runtime should build")
}

/// A chat response in the OpenAI format.
fn chat_response() -> Value {
    json!({
        "id": "c", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
    })
}

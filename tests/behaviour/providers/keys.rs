//! Which key is sent to which server.

use inference_runtime::{ErrorKind, backend::HuggingFace};
use inference_tests::upstream::{Answer, Upstream};
use serde_json::json;

use super::{
    KEY, TOKEN, chat_response, direct_builder, inference, inference_requests, mapping,
    predict::{predict, stream_text},
    router_builder,
};

fn received(upstream: &Upstream, secret: &str) -> bool {
    upstream
        .requests()
        .iter()
        .any(|request| format!("{request:?}").contains(secret))
}

#[tokio::test]
async fn token_and_provider_key_are_sent_to_their_own_server_only() {
    let router = Upstream::respond_with(|request| {
        if super::is_lookup(request) {
            let entry = |id| json!({"status": "live", "providerId": id, "task": "conversational"});
            Answer::json(&json!({
                "id": "org/model",
                "inferenceProviderMapping": {"groq": entry("m"), "novita": entry("n")},
            }))
        } else {
            Answer::json(&chat_response())
        }
    })
    .await;
    let provider = Upstream::always(Answer::json(&chat_response())).await;
    let both = || {
        router_builder(&router)
            .provider_key("groq", KEY)
            .provider_base_url("groq", provider.url())
    };
    let inference = inference(both());
    for model in ["org/model:groq", "org/model:novita", "org/model"] {
        predict(&inference, model, "chat-completion")
            .await
            .expect(model);
    }
    assert_eq!(
        (provider.request_count(), inference_requests(&router).len()),
        (1, 2)
    );
    assert!(received(&provider, KEY) && !received(&provider, TOKEN));
    assert!(received(&router, TOKEN) && !received(&router, KEY));
    let shown = format!("{:?}", both().build());
    assert!(!shown.contains(KEY) && !shown.contains(TOKEN), "{shown}");
}

#[tokio::test]
async fn provider_key_works_without_the_token() {
    let upstream = Upstream::respond_with(|request| {
        if super::is_lookup(request) {
            mapping("groq", "m", "chat-completion")
        } else {
            Answer::json(&chat_response())
        }
    })
    .await;
    let backend = HuggingFace::builder()
        .base_url(upstream.url())
        .hub_url(upstream.url())
        .provider_key("groq", KEY)
        .provider_base_url("groq", upstream.url());
    let inference = inference(backend);
    predict(&inference, "org/model:groq", "chat-completion")
        .await
        .expect("the call should succeed");
    // The lookup needs no token, and the provider key is not sent to the Hub.
    assert_eq!(upstream.requests()[0].header("authorization"), "");

    for (model, task) in [
        ("org/model", "summarization"),
        ("org/model:novita", "chat-completion"),
        ("org/model:together", "text-to-image"),
    ] {
        let error = predict(&inference, model, task).await.expect_err(model);
        assert_eq!(error.kind(), ErrorKind::NotConfigured, "{model}");
        assert!(error.to_string().contains("`HF_TOKEN`"), "{error}");
    }
    assert_eq!(upstream.request_count(), 2);
}

#[tokio::test]
async fn missing_provider_key_is_not_replaced_by_the_token() {
    let upstream = Upstream::always(Answer::json(&chat_response())).await;
    let backend = router_builder(&upstream).provider_key_env("groq", "NO_SUCH_VARIABLE_FOR_GROQ");
    let error = predict(&inference(backend), "org/model:groq", "chat-completion")
        .await
        .expect_err("the key should be missing");
    assert_eq!(error.kind(), ErrorKind::NotConfigured);
    assert!(
        error.to_string().contains("`NO_SUCH_VARIABLE_FOR_GROQ`"),
        "{error}"
    );
    assert_eq!(upstream.request_count(), 0);
}

#[tokio::test]
async fn openai_needs_its_own_key_and_uses_its_own_model_names() {
    let upstream = Upstream::always(Answer::json(&chat_response())).await;
    let error = predict(
        &inference(router_builder(&upstream)),
        "openai/gpt-4o:openai",
        "chat-completion",
    )
    .await
    .expect_err("the router should not serve it");
    assert_eq!(error.kind(), ErrorKind::NotConfigured);
    assert!(
        error
            .to_string()
            .contains("`hf.providers.openai.api_key_env`"),
        "{error}"
    );
    assert_eq!(upstream.request_count(), 0);

    let direct = inference(direct_builder(&upstream, "openai"));
    predict(&direct, "openai/gpt-4o:openai", "chat-completion")
        .await
        .expect("the call should succeed");
    let request = upstream.request();
    assert_eq!(request.path, "/v1/chat/completions");
    assert_eq!(request.header("authorization"), format!("Bearer {KEY}"));
    assert_eq!(request.json()["model"], json!("gpt-4o"));
}

#[tokio::test]
async fn chat_without_a_known_provider_goes_to_the_router() {
    let upstream = Upstream::always(Answer::json(&chat_response())).await;
    let inference = inference(router_builder(&upstream));
    for (model, sent) in [
        ("org/model:newcomer", "org/model:newcomer"),
        ("org/model:fastest", "org/model:fastest"),
        ("org/model:cheapest", "org/model:cheapest"),
        ("org/model:preferred", "org/model:preferred"),
        ("org/model:auto", "org/model"),
        ("org/model", "org/model"),
    ] {
        predict(&inference, model, "chat-completion")
            .await
            .expect(model);
        let request = upstream
            .requests()
            .pop()
            .expect("there should be a request");
        assert_eq!(request.path, "/v1/chat/completions");
        assert_eq!(request.json()["model"], json!(sent));
    }
    assert_eq!(
        inference_requests(&upstream).len(),
        upstream.request_count()
    );
}

#[tokio::test]
async fn chat_with_a_provider_uses_its_path_on_the_router() {
    let upstream = Upstream::respond_with(|request| {
        if super::is_lookup(request) {
            mapping("groq", "at-groq/m", "chat-completion")
        } else {
            Answer::json(&chat_response())
        }
    })
    .await;
    let inference = inference(router_builder(&upstream));
    predict(&inference, "org/model:groq", "chat-completion")
        .await
        .expect("the call should succeed");
    predict(&inference, "org/model:hf-inference", "chat-completion")
        .await
        .expect("the call should succeed");
    let requests = inference_requests(&upstream);
    assert_eq!(requests[0].path, "/groq/openai/v1/chat/completions");
    assert_eq!(requests[0].json()["model"], json!("at-groq/m"));
    assert_eq!(
        requests[1].path,
        "/hf-inference/models/org/model/v1/chat/completions"
    );
    assert_eq!(requests[1].json()["model"], json!("org/model"));

    let error = predict(&inference, "org/model:novita", "chat-completion")
        .await
        .expect_err("the Hub should not list the provider");
    assert_eq!(error.kind(), ErrorKind::ModelNotFound);
}

#[tokio::test]
async fn chat_goes_to_the_router_when_the_hub_is_down() {
    let upstream = Upstream::respond_with(|request| {
        if super::is_lookup(request) {
            Answer::status(503)
        } else {
            Answer::json(&chat_response())
        }
    })
    .await;
    let inference = inference(router_builder(&upstream));
    predict(&inference, "org/model:groq", "chat-completion")
        .await
        .expect("the call should succeed");
    let requests = inference_requests(&upstream);
    assert_eq!(requests[0].path, "/v1/chat/completions");
    assert_eq!(requests[0].json()["model"], json!("org/model:groq"));
}

#[tokio::test]
async fn text_generation_streams_from_a_provider() {
    let upstream = Upstream::respond_with(|request| {
        if super::is_lookup(request) {
            return mapping("featherless-ai", "m", "text-generation");
        }
        let events = ": FEATHERLESS PROCESSING\n\ndata: {\"choices\":[{\"text\":\" upon\"}]}\n\ndata: {\"choices\":[{\"text\":\" a\",\"finish_reason\":\"stop\"}]}\n\n";
        Answer::status(200).body("text/event-stream", events)
    })
    .await;
    let text = stream_text(
        &inference(router_builder(&upstream)),
        "org/model:featherless-ai",
    )
    .await;
    assert_eq!(text.expect("the call should succeed"), " upon a");
    let inference_requests = inference_requests(&upstream);
    assert_eq!(inference_requests[0].path, "/featherless-ai/v1/completions");
    assert_eq!(inference_requests[0].header("accept"), "text/event-stream");
    assert_eq!(inference_requests[0].json()["stream"], json!(true));
}

//! Which key goes where.

use inference_runtime::{ErrorKind, backend::HuggingFace};
use inference_tests::upstream::{Answer, Upstream};
use serde_json::json;

use super::{
    KEY, TOKEN,
    ask::{ask, streamed},
    directly, inference, mapping, questions, reply, routed,
};

fn saw(upstream: &Upstream, secret: &str) -> bool {
    upstream
        .requests()
        .iter()
        .any(|request| format!("{request:?}").contains(secret))
}

#[tokio::test]
async fn no_key_reaches_the_other_side() {
    let router = Upstream::respond_with(|request| {
        if super::is_lookup(request) {
            let entry = |id| json!({"status": "live", "providerId": id, "task": "conversational"});
            Answer::json(&json!({
                "id": "org/model",
                "inferenceProviderMapping": {"groq": entry("m"), "novita": entry("n")},
            }))
        } else {
            Answer::json(&reply())
        }
    })
    .await;
    let provider = Upstream::always(Answer::json(&reply())).await;
    let both = || {
        routed(&router)
            .provider_key("groq", KEY)
            .provider_base_url("groq", provider.url())
    };
    let inference = inference(both());
    for model in ["org/model:groq", "org/model:novita", "org/model"] {
        ask(&inference, model, "chat-completion")
            .await
            .expect(model);
    }
    assert_eq!((provider.request_count(), questions(&router).len()), (1, 2));
    assert!(saw(&provider, KEY) && !saw(&provider, TOKEN));
    assert!(saw(&router, TOKEN) && !saw(&router, KEY));
    let shown = format!("{:?}", both().build());
    assert!(!shown.contains(KEY) && !shown.contains(TOKEN), "{shown}");
}

#[tokio::test]
async fn a_provider_can_do_without_the_token() {
    let upstream = Upstream::respond_with(|request| {
        if super::is_lookup(request) {
            mapping("groq", "m", "chat-completion")
        } else {
            Answer::json(&reply())
        }
    })
    .await;
    let backend = HuggingFace::builder()
        .base_url(upstream.url())
        .hub_url(upstream.url())
        .provider_key("groq", KEY)
        .provider_base_url("groq", upstream.url());
    let inference = inference(backend);
    ask(&inference, "org/model:groq", "chat-completion")
        .await
        .expect("an answer");
    // The Hub shows models to everybody, and is not for a provider's key.
    assert_eq!(upstream.requests()[0].header("authorization"), "");

    for (model, task) in [
        ("org/model", "summarization"),
        ("org/model:novita", "chat-completion"),
        ("org/model:together", "text-to-image"),
    ] {
        let error = ask(&inference, model, task).await.expect_err(model);
        assert_eq!(error.kind(), ErrorKind::NotConfigured, "{model}");
        assert!(error.to_string().contains("`HF_TOKEN`"), "{error}");
    }
    assert_eq!(upstream.request_count(), 2);
}

#[tokio::test]
async fn a_missing_key_is_not_replaced_by_the_token() {
    let upstream = Upstream::always(Answer::json(&reply())).await;
    let backend = routed(&upstream).provider_key_env("groq", "NO_SUCH_VARIABLE_FOR_GROQ");
    let error = ask(&inference(backend), "org/model:groq", "chat-completion")
        .await
        .expect_err("no key");
    assert_eq!(error.kind(), ErrorKind::NotConfigured);
    assert!(
        error.to_string().contains("`NO_SUCH_VARIABLE_FOR_GROQ`"),
        "{error}"
    );
    assert_eq!(upstream.request_count(), 0);
}

#[tokio::test]
async fn openai_takes_its_own_key_and_its_own_names() {
    let upstream = Upstream::always(Answer::json(&reply())).await;
    let error = ask(
        &inference(routed(&upstream)),
        "openai/gpt-4o:openai",
        "chat-completion",
    )
    .await
    .expect_err("the router does not serve it");
    assert_eq!(error.kind(), ErrorKind::NotConfigured);
    assert!(
        error
            .to_string()
            .contains("`hf.providers.openai.api_key_env`"),
        "{error}"
    );
    assert_eq!(upstream.request_count(), 0);

    let own = inference(directly(&upstream, "openai"));
    ask(&own, "openai/gpt-4o:openai", "chat-completion")
        .await
        .expect("an answer");
    let request = upstream.request();
    assert_eq!(request.path, "/v1/chat/completions");
    assert_eq!(request.header("authorization"), format!("Bearer {KEY}"));
    assert_eq!(request.json()["model"], json!("gpt-4o"));
}

#[tokio::test]
async fn the_router_chooses_where_no_provider_is_named() {
    let upstream = Upstream::always(Answer::json(&reply())).await;
    let inference = inference(routed(&upstream));
    for (model, sent) in [
        ("org/model:newcomer", "org/model:newcomer"),
        ("org/model:fastest", "org/model:fastest"),
        ("org/model:cheapest", "org/model:cheapest"),
        ("org/model:preferred", "org/model:preferred"),
        ("org/model:auto", "org/model"),
        ("org/model", "org/model"),
    ] {
        ask(&inference, model, "chat-completion")
            .await
            .expect(model);
        let request = upstream.requests().pop().expect("a request");
        assert_eq!(request.path, "/v1/chat/completions");
        assert_eq!(request.json()["model"], json!(sent));
    }
    assert_eq!(questions(&upstream).len(), upstream.request_count());
}

#[tokio::test]
async fn a_named_provider_of_chat_is_asked_through_the_router_at_its_own_path() {
    let upstream = Upstream::respond_with(|request| {
        if super::is_lookup(request) {
            mapping("groq", "at-groq/m", "chat-completion")
        } else {
            Answer::json(&reply())
        }
    })
    .await;
    let inference = inference(routed(&upstream));
    ask(&inference, "org/model:groq", "chat-completion")
        .await
        .expect("an answer");
    ask(&inference, "org/model:hf-inference", "chat-completion")
        .await
        .expect("an answer");
    let asked = questions(&upstream);
    assert_eq!(asked[0].path, "/groq/openai/v1/chat/completions");
    assert_eq!(asked[0].json()["model"], json!("at-groq/m"));
    assert_eq!(
        asked[1].path,
        "/hf-inference/models/org/model/v1/chat/completions"
    );
    assert_eq!(asked[1].json()["model"], json!("org/model"));

    let error = ask(&inference, "org/model:novita", "chat-completion")
        .await
        .expect_err("the Hub says that it does not serve the model");
    assert_eq!(error.kind(), ErrorKind::ModelNotFound);
}

#[tokio::test]
async fn where_the_hub_is_down_the_router_finds_the_chats_provider() {
    let upstream = Upstream::respond_with(|request| {
        if super::is_lookup(request) {
            Answer::status(503)
        } else {
            Answer::json(&reply())
        }
    })
    .await;
    let inference = inference(routed(&upstream));
    ask(&inference, "org/model:groq", "chat-completion")
        .await
        .expect("an answer");
    let asked = questions(&upstream);
    assert_eq!(asked[0].path, "/v1/chat/completions");
    assert_eq!(asked[0].json()["model"], json!("org/model:groq"));
}

#[tokio::test]
async fn a_text_streams_from_a_provider() {
    let upstream = Upstream::respond_with(|request| {
        if super::is_lookup(request) {
            return mapping("featherless-ai", "m", "text-generation");
        }
        let events = ": FEATHERLESS PROCESSING\n\ndata: {\"choices\":[{\"text\":\" upon\"}]}\n\ndata: {\"choices\":[{\"text\":\" a\",\"finish_reason\":\"stop\"}]}\n\n";
        Answer::status(200).body("text/event-stream", events)
    })
    .await;
    let text = streamed(&inference(routed(&upstream)), "org/model:featherless-ai").await;
    assert_eq!(text.expect("a text"), " upon a");
    let questions = questions(&upstream);
    assert_eq!(questions[0].path, "/featherless-ai/v1/completions");
    assert_eq!(questions[0].header("accept"), "text/event-stream");
    assert_eq!(questions[0].json()["stream"], json!(true));
}

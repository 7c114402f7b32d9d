//! Lookups of models at the Hub.

use futures_util::future::join_all;
use inference_runtime::ErrorKind;
use inference_tests::upstream::{Answer, Upstream};
use serde_json::json;

use super::{inference, inference_requests, is_lookup, mapping, predict::predict, router_builder};

fn generated() -> Answer {
    Answer::json(&json!({"choices": [{"text": "text"}]}))
}

/// A server whose Hub always responds with this answer.
async fn hub(answer: Answer) -> Upstream {
    Upstream::respond_with(move |request| {
        if is_lookup(request) {
            answer.clone()
        } else {
            generated()
        }
    })
    .await
}

#[tokio::test]
async fn model_is_looked_up_once() {
    let upstream = hub(mapping("together", "m", "text-generation")).await;
    let inference = inference(router_builder(&upstream));
    let results =
        join_all((0..20).map(|_| predict(&inference, "org/model:together", "text-generation")))
            .await;
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(
        upstream.request_count() - inference_requests(&upstream).len(),
        1
    );
}

#[tokio::test]
async fn renamed_model_is_followed_on_the_same_host_only() {
    let upstream = Upstream::respond_with(|request| match request.path.as_str() {
        "/api/models/org/model?expand[]=inferenceProviderMapping" => Answer::redirect(
            307,
            "/api/models/new/name?expand[]=inferenceProviderMapping",
        ),
        path if path.starts_with("/api/models/new/name") => {
            mapping("together", "m", "text-generation")
        }
        _ => generated(),
    })
    .await;
    predict(
        &inference(router_builder(&upstream)),
        "org/model:together",
        "text-generation",
    )
    .await
    .expect("the call should succeed");

    let elsewhere = Upstream::always(mapping("together", "m", "text-generation")).await;
    let target = format!("{}/api/models/new/name", elsewhere.url());
    let upstream = hub(Answer::redirect(307, &target)).await;
    predict(
        &inference(router_builder(&upstream)),
        "org/model:together",
        "text-generation",
    )
    .await
    .expect_err("a redirect to another host should not be followed");
    assert_eq!(elsewhere.request_count(), 0);
}

#[tokio::test]
async fn unserved_model_or_task_fails_without_a_request_to_the_provider() {
    let upstream = hub(mapping("together", "m", "text-to-image")).await;
    let inference = inference(router_builder(&upstream));
    for (model, task, kind, message) in [
        (
            "org/model:together",
            "text-generation",
            ErrorKind::Unsupported,
            "for `text-to-image`",
        ),
        (
            "org/model:replicate",
            "text-to-image",
            ErrorKind::ModelNotFound,
            "served by `together`",
        ),
        (
            "org/model:groq",
            "text-to-image",
            ErrorKind::Unsupported,
            "it supports `chat-completion`, `text-generation`",
        ),
        (
            "org/model:togethr",
            "text-to-image",
            ErrorKind::Unsupported,
            "did you mean `together`?",
        ),
        (
            "org/model:fastest",
            "text-to-image",
            ErrorKind::Unsupported,
            "is only for chat",
        ),
        (
            "org/model:auto",
            "text-generation",
            ErrorKind::ModelNotFound,
            "no provider serves",
        ),
    ] {
        let error = predict(&inference, model, task).await.expect_err(model);
        assert_eq!(error.kind(), kind, "{model}: {error}");
        assert!(error.to_string().contains(message), "{model}: {error}");
    }
    assert!(inference_requests(&upstream).is_empty());
}

#[tokio::test]
async fn auto_selects_the_first_provider_that_serves_the_task() {
    let entry = |task| json!({"status": "live", "providerId": "m", "task": task});
    let answer = json!([
        ["newcomer", entry("text-generation")],
        ["novita", entry("conversational")],
        ["together", entry("text-generation")],
        ["featherless-ai", entry("text-generation")],
    ]);
    let entries: Vec<_> = answer
        .as_array()
        .expect("the answer should be an array")
        .iter()
        .map(|pair| {
            let mut entry = pair[1].clone();
            entry["provider"] = pair[0].clone();
            entry
        })
        .collect();
    let upstream = hub(Answer::json(&json!({"inferenceProviderMapping": entries}))).await;
    predict(
        &inference(router_builder(&upstream)),
        "org/model:auto",
        "text-generation",
    )
    .await
    .expect("the call should succeed");
    assert_eq!(
        inference_requests(&upstream)[0].path,
        "/together/v1/completions"
    );
}

#[tokio::test]
async fn missing_model_is_not_looked_up_again() {
    let upstream = hub(Answer::status(404).body(
        "application/json",
        json!({"error": "Repository not found"}).to_string(),
    ))
    .await;
    let inference = inference(router_builder(&upstream));
    for _ in 0..3 {
        let error = predict(&inference, "org/model:together", "text-generation")
            .await
            .expect_err("the model should be missing");
        assert_eq!(error.kind(), ErrorKind::ModelNotFound);
    }
    assert_eq!(upstream.request_count(), 1);
}

#[tokio::test]
async fn rate_limit_of_the_hub_is_respected() {
    let limited = Answer::text(429, "slow down").header("ratelimit", "\"api\";r=0;t=55");
    let upstream = hub(limited).await;
    let inference = inference(router_builder(&upstream));
    for model in ["org/model:together", "org/other:together"] {
        let error = predict(&inference, model, "text-generation")
            .await
            .expect_err("the lookup should be rate limited");
        assert_eq!(error.kind(), ErrorKind::RateLimited);
        assert!(error.retry_after().is_some());
    }
    assert_eq!(upstream.request_count(), 1);
}

//! What the Hub is asked, and what is made of its answers.

use futures_util::future::join_all;
use inference_runtime::ErrorKind;
use inference_tests::upstream::{Answer, Upstream};
use serde_json::json;

use super::{ask::ask, inference, is_lookup, mapping, questions, routed};

fn generated() -> Answer {
    Answer::json(&json!({"choices": [{"text": "text"}]}))
}

/// A server whose Hub answers so.
async fn hub(answer: Answer) -> Upstream {
    Upstream::with(move |request| {
        if is_lookup(request) {
            answer.clone()
        } else {
            generated()
        }
    })
    .await
}

#[tokio::test]
async fn a_model_is_looked_up_once() {
    let upstream = hub(mapping("together", "m", "text-generation")).await;
    let inference = inference(routed(&upstream));
    let asked =
        join_all((0..20).map(|_| ask(&inference, "org/model:together", "text-generation"))).await;
    assert!(asked.iter().all(Result::is_ok));
    assert_eq!(upstream.count() - questions(&upstream).len(), 1);
}

#[tokio::test]
async fn a_renamed_model_is_followed_on_the_same_host() {
    let upstream = Upstream::with(|request| match request.path.as_str() {
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
    ask(
        &inference(routed(&upstream)),
        "org/model:together",
        "text-generation",
    )
    .await
    .expect("an answer");

    let elsewhere = Upstream::answering(mapping("together", "m", "text-generation")).await;
    let target = format!("{}/api/models/new/name", elsewhere.url());
    let upstream = hub(Answer::redirect(307, &target)).await;
    ask(
        &inference(routed(&upstream)),
        "org/model:together",
        "text-generation",
    )
    .await
    .expect_err("another host");
    assert_eq!(elsewhere.count(), 0);
}

#[tokio::test]
async fn what_is_not_served_is_said_without_asking() {
    let upstream = hub(mapping("together", "m", "text-to-image")).await;
    let inference = inference(routed(&upstream));
    for (model, task, kind, words) in [
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
        let error = ask(&inference, model, task).await.expect_err(model);
        assert_eq!(error.kind(), kind, "{model}: {error}");
        assert!(error.to_string().contains(words), "{model}: {error}");
    }
    assert!(questions(&upstream).is_empty());
}

#[tokio::test]
async fn auto_takes_the_first_that_serves_the_task() {
    let entry = |task| json!({"status": "live", "providerId": "m", "task": task});
    let answer = json!([
        ["newcomer", entry("text-generation")],
        ["novita", entry("conversational")],
        ["together", entry("text-generation")],
        ["featherless-ai", entry("text-generation")],
    ]);
    let entries: Vec<_> = answer
        .as_array()
        .expect("entries")
        .iter()
        .map(|pair| {
            let mut entry = pair[1].clone();
            entry["provider"] = pair[0].clone();
            entry
        })
        .collect();
    let upstream = hub(Answer::json(&json!({"inferenceProviderMapping": entries}))).await;
    ask(
        &inference(routed(&upstream)),
        "org/model:auto",
        "text-generation",
    )
    .await
    .expect("an answer");
    assert_eq!(questions(&upstream)[0].path, "/together/v1/completions");
}

#[tokio::test]
async fn a_model_that_is_not_there_is_not_looked_for_again() {
    let upstream = hub(Answer::status(404).body(
        "application/json",
        json!({"error": "Repository not found"}).to_string(),
    ))
    .await;
    let inference = inference(routed(&upstream));
    for _ in 0..3 {
        let error = ask(&inference, "org/model:together", "text-generation")
            .await
            .expect_err("not there");
        assert_eq!(error.kind(), ErrorKind::ModelNotFound);
    }
    assert_eq!(upstream.count(), 1);
}

#[tokio::test]
async fn the_hubs_limit_is_kept() {
    let limited = Answer::text(429, "slow down").header("ratelimit", "\"api\";r=0;t=55");
    let upstream = hub(limited).await;
    let inference = inference(routed(&upstream));
    for model in ["org/model:together", "org/other:together"] {
        let error = ask(&inference, model, "text-generation")
            .await
            .expect_err("limited");
        assert_eq!(error.kind(), ErrorKind::RateLimited);
        assert!(error.retry_after().is_some());
    }
    assert_eq!(upstream.count(), 1);
}

//! What is kept, for how long, and for whom.

use std::time::Duration;

use axum::{Json, Router, routing::post};
use futures_util::future::BoxFuture;
use inference_runtime::{
    backend::{Request, from_fn},
    cache::{Entry, Key, Store, StoreError},
    prelude::*,
};
use inference_tests::{
    client::{post_json, post_text},
    models::{Calls, failing, labels, runtime, sentiment},
};
use serde_json::json;

#[infer(model = "org/model", task = "text-classification", cache = "5m")]
async fn kept(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(format!("{} {}", label.label, label.source))
}

#[infer(model = "org/model", task = "text-classification", input = question.text, cache = "1m")]
async fn kept_shorter(
    Json(question): Json<Question>,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(format!("{} {}", label.label, label.source))
}

#[infer(model = "org/model", task = "text-classification")]
async fn not_kept(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(format!("{} {}", label.label, label.source))
}

#[derive(serde::Deserialize)]
struct Question {
    text: String,
    #[serde(default)]
    user: String,
    #[serde(default)]
    id: u64,
    #[serde(default)]
    top_k: Option<u32>,
}

#[infer(
    model = "org/model",
    task = "text-classification",
    input = question.text,
    cache(ttl = "5m", scope = question.user),
)]
async fn scoped(
    Json(question): Json<Question>,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(label.source.to_string())
}

#[infer(
    model = "org/model",
    task = "text-classification",
    input = question.text,
    cache(ttl = "5m", key = question.id),
)]
async fn keyed(
    Json(question): Json<Question>,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(label.source.to_string())
}

#[infer(
    model = "org/model",
    task = "text-classification",
    input = question.text,
    parameters(top_k = question.top_k),
    cache = "5m",
)]
async fn with_parameters(
    Json(question): Json<Question>,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(label.source.to_string())
}

#[infer(model = "org/other", task = "text-classification", cache = "5m")]
async fn other_model(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(label.source.to_string())
}

#[infer(model = "org/model", task = "text-classification", cache = "5m", fallback = Label::new("NONE", 0.0))]
async fn with_fallback(text: String, #[prediction] label: Prediction<Label>) -> String {
    label.source.to_string()
}

fn app(inference: &Inference) -> Router {
    Router::new()
        .route("/kept", post(kept))
        .route("/kept_shorter", post(kept_shorter))
        .route("/not_kept", post(not_kept))
        .route("/scoped", post(scoped))
        .route("/keyed", post(keyed))
        .route("/with_parameters", post(with_parameters))
        .route("/other_model", post(other_model))
        .route("/with_fallback", post(with_fallback))
        .layer(inference.layer())
}

#[tokio::test]
async fn an_equal_question_is_answered_from_the_cache() {
    let (calls, backend) = sentiment();
    let app = app(&runtime(backend));

    let first = post_text(&app, "/kept", "a good film").await;
    assert_eq!(first.text(), "POSITIVE model");
    assert_eq!(first.header("x-inference-source"), "model");
    assert!(
        first
            .header("cache-status")
            .starts_with("inference; fwd=uri-miss"),
        "{first:?}"
    );
    assert_eq!(first.header("age"), "");

    let second = post_text(&app, "/kept", "a good film").await;
    assert_eq!(second.text(), "POSITIVE cache");
    assert_eq!(second.header("x-inference-source"), "cache");
    assert!(
        second
            .header("cache-status")
            .starts_with("inference; hit; ttl="),
        "{second:?}"
    );
    assert_eq!(second.header("age"), "0");
    assert_eq!(calls.count(), 1);

    assert_eq!(
        post_text(&app, "/kept", "a bad film").await.text(),
        "NEGATIVE model"
    );
    assert_eq!(calls.count(), 2);
}

#[tokio::test]
async fn nothing_is_kept_unasked() {
    let (calls, backend) = sentiment();
    let app = app(&runtime(backend));
    for _ in 0..3 {
        let reply = post_text(&app, "/not_kept", "good").await;
        assert_eq!(reply.text(), "POSITIVE model");
        assert_eq!(reply.header("cache-status"), "");
    }
    assert_eq!(calls.count(), 3);
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_fresh_for_as_long_as_its_reader_says() {
    let (calls, backend) = sentiment();
    let app = app(&runtime(backend));
    let question = json!({"text": "good"});

    assert_eq!(
        post_text(&app, "/kept", "good").await.text(),
        "POSITIVE model"
    );
    tokio::time::advance(Duration::from_secs(59)).await;
    // Two handlers that ask the same question share the answer.
    let shared = post_json(&app, "/kept_shorter", &question).await;
    assert_eq!(shared.text(), "POSITIVE cache");
    assert_eq!(shared.header("age"), "59");
    tokio::time::advance(Duration::from_secs(2)).await;
    assert_eq!(
        post_text(&app, "/kept", "good").await.text(),
        "POSITIVE cache"
    );
    assert_eq!(
        post_json(&app, "/kept_shorter", &question).await.text(),
        "POSITIVE model"
    );
    assert_eq!(calls.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_answer_past_its_time_is_asked_for_again() {
    let (calls, backend) = sentiment();
    let app = app(&runtime(backend));
    post_text(&app, "/kept", "good").await;
    tokio::time::advance(Duration::from_secs(300)).await;
    assert_eq!(
        post_text(&app, "/kept", "good").await.text(),
        "POSITIVE model"
    );
    assert_eq!(calls.count(), 2);
}

#[tokio::test]
async fn scopes_share_nothing() {
    let (calls, backend) = sentiment();
    let app = app(&runtime(backend));
    let ask = |user: &str| json!({"text": "good", "user": user});
    assert_eq!(
        post_json(&app, "/scoped", &ask("ada")).await.text(),
        "model"
    );
    assert_eq!(
        post_json(&app, "/scoped", &ask("ada")).await.text(),
        "cache"
    );
    assert_eq!(
        post_json(&app, "/scoped", &ask("bob")).await.text(),
        "model"
    );
    // Nor does an empty scope with none.
    assert_eq!(post_json(&app, "/scoped", &ask("")).await.text(), "model");
    assert_eq!(
        post_text(&app, "/kept", "good").await.text(),
        "POSITIVE model"
    );
    assert_eq!(calls.count(), 4);
}

#[tokio::test]
async fn a_key_of_ones_own_stands_for_the_input() {
    let (calls, backend) = sentiment();
    let app = app(&runtime(backend));
    assert_eq!(
        post_json(&app, "/keyed", &json!({"text": "good", "id": 7}))
            .await
            .text(),
        "model"
    );
    assert_eq!(
        post_json(&app, "/keyed", &json!({"text": "edited", "id": 7}))
            .await
            .text(),
        "cache"
    );
    assert_eq!(
        post_json(&app, "/keyed", &json!({"text": "good", "id": 8}))
            .await
            .text(),
        "model"
    );
    assert_eq!(calls.count(), 2);
}

#[tokio::test]
async fn parameters_and_models_are_part_of_the_question() {
    let (calls, backend) = sentiment();
    let app = app(&runtime(backend));
    let ask = |top_k: Option<u32>| json!({"text": "good", "top_k": top_k});
    assert_eq!(
        post_json(&app, "/with_parameters", &ask(None)).await.text(),
        "model"
    );
    assert_eq!(
        post_json(&app, "/with_parameters", &ask(Some(1)))
            .await
            .text(),
        "model"
    );
    assert_eq!(
        post_json(&app, "/with_parameters", &ask(Some(2)))
            .await
            .text(),
        "model"
    );
    assert_eq!(
        post_json(&app, "/with_parameters", &ask(Some(1)))
            .await
            .text(),
        "cache"
    );
    // A parameter left out is the question of a handler without parameters.
    assert_eq!(
        post_text(&app, "/kept", "good").await.text(),
        "POSITIVE cache"
    );
    assert_eq!(
        post_text(&app, "/other_model", "good").await.text(),
        "model"
    );
    assert_eq!(calls.count(), 4);
}

#[tokio::test]
async fn failures_and_fallbacks_are_never_kept() {
    let (calls, backend) = failing(InferenceError::new(ErrorKind::Overloaded, "busy"));
    let app = app(&runtime(backend));
    for _ in 0..2 {
        let reply = post_text(&app, "/with_fallback", "good").await;
        assert_eq!(reply.text(), "fallback");
        assert_eq!(reply.header("x-inference-source"), "fallback");
    }
    assert_eq!(
        post_text(&app, "/kept", "good").await.problem(),
        "overloaded"
    );
    assert_eq!(calls.count(), 3);
}

#[tokio::test]
async fn an_answer_of_another_shape_is_never_kept() {
    let calls = Calls::default();
    let counted = calls.clone();
    let backend = from_fn(move |_: Request| {
        counted.add();
        let first = counted.count() == 1;
        async move {
            Ok(if first {
                json!({"surprise": true})
            } else {
                labels(&[("POSITIVE", 1.0)])
            })
        }
    });
    let app = app(&runtime(backend));
    assert_eq!(
        post_text(&app, "/kept", "good").await.problem(),
        "unexpected_output"
    );
    assert_eq!(
        post_text(&app, "/kept", "good").await.text(),
        "POSITIVE model"
    );
    assert_eq!(
        post_text(&app, "/kept", "good").await.text(),
        "POSITIVE cache"
    );
    assert_eq!(calls.count(), 2);
}

#[tokio::test]
async fn a_large_input_has_a_key_like_any_other() {
    let (calls, backend) = sentiment();
    let inference = runtime(backend);
    let app = app(&inference).layer(axum::extract::DefaultBodyLimit::disable());
    let text = "good ".repeat(1_000_000);
    assert_eq!(
        post_text(&app, "/kept", &text).await.text(),
        "POSITIVE model"
    );
    assert_eq!(
        post_text(&app, "/kept", &text).await.text(),
        "POSITIVE cache"
    );
    assert_eq!(calls.count(), 1);
}

#[tokio::test]
async fn the_memory_store_is_bounded() {
    use std::num::NonZeroUsize;

    use inference_runtime::cache::MemoryStore;

    let (calls, backend) = sentiment();
    let inference = Inference::builder()
        .backend("hf", backend)
        .store(MemoryStore::new(
            NonZeroUsize::new(16).expect("not zero"),
            60,
        ))
        .build()
        .expect("a runtime");
    let app = app(&inference);
    // Two labels are more than 60 bytes: not kept.
    post_text(&app, "/kept", "good").await;
    assert_eq!(
        post_text(&app, "/kept", "good").await.text(),
        "POSITIVE model"
    );
    assert_eq!(calls.count(), 2);

    let (calls, backend) = sentiment();
    let inference = Inference::builder()
        .backend("hf", backend)
        .store(MemoryStore::new(
            NonZeroUsize::new(16).expect("not zero"),
            1_000,
        ))
        .build()
        .expect("a runtime");
    let app = self::app(&inference);
    for question in 0..200 {
        post_text(&app, "/kept", &format!("good {question}")).await;
    }
    assert_eq!(calls.count(), 200);
    assert_eq!(
        post_text(&app, "/kept", "good 199").await.text(),
        "POSITIVE cache"
    );
    assert_eq!(
        post_text(&app, "/kept", "good 0").await.text(),
        "POSITIVE model"
    );
}

/// A store that does as it is told.
#[derive(Clone, Copy)]
enum Broken {
    Failing,
    Hanging,
}

impl Store for Broken {
    fn get<'a>(&'a self, _: &'a Key) -> BoxFuture<'a, Result<Option<Entry>, StoreError>> {
        Box::pin(async move {
            match self {
                Self::Failing => Err(StoreError::new("out of order")),
                Self::Hanging => std::future::pending().await,
            }
        })
    }

    fn put(&self, _: Key, _: Entry, _: Duration) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            match self {
                Self::Failing => Err(StoreError::new("out of order")),
                Self::Hanging => std::future::pending().await,
            }
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_or_hangs_is_a_miss() {
    for store in [Broken::Failing, Broken::Hanging] {
        let (calls, backend) = sentiment();
        let inference = Inference::builder()
            .backend("hf", backend)
            .store(store)
            .build()
            .expect("a runtime");
        let app = app(&inference);
        for _ in 0..2 {
            let started = tokio::time::Instant::now();
            assert_eq!(
                post_text(&app, "/kept", "good").await.text(),
                "POSITIVE model"
            );
            // A look, a second look before the call, and the keeping.
            assert!(
                started.elapsed() <= Duration::from_millis(160),
                "{:?}",
                started.elapsed()
            );
        }
        assert_eq!(calls.count(), 2);
    }
}

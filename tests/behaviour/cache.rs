//! The cache: which answers are stored, for how long, and for whom.

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
    models::{CallCounter, failing, labels, runtime, sentiment},
};
use serde_json::json;

#[infer(model = "org/model", task = "text-classification", cache = "5m")]
async fn cached(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(format!("{} {}", label.label, label.source))
}

#[infer(model = "org/model", task = "text-classification", input = input.text, cache = "1m")]
async fn cached_shorter(
    Json(input): Json<Input>,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(format!("{} {}", label.label, label.source))
}

#[infer(model = "org/model", task = "text-classification")]
async fn uncached(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(format!("{} {}", label.label, label.source))
}

#[derive(serde::Deserialize)]
struct Input {
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
    input = input.text,
    cache(ttl = "5m", scope = input.user),
)]
async fn scoped(
    Json(input): Json<Input>,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(label.source.to_string())
}

#[infer(
    model = "org/model",
    task = "text-classification",
    input = input.text,
    cache(ttl = "5m", key = input.id),
)]
async fn keyed(
    Json(input): Json<Input>,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(label.source.to_string())
}

#[infer(
    model = "org/model",
    task = "text-classification",
    input = input.text,
    parameters(top_k = input.top_k),
    cache = "5m",
)]
async fn with_parameters(
    Json(input): Json<Input>,
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
        .route("/cached", post(cached))
        .route("/cached_shorter", post(cached_shorter))
        .route("/uncached", post(uncached))
        .route("/scoped", post(scoped))
        .route("/keyed", post(keyed))
        .route("/with_parameters", post(with_parameters))
        .route("/other_model", post(other_model))
        .route("/with_fallback", post(with_fallback))
        .layer(inference.layer())
}

#[tokio::test]
async fn repeated_input_is_a_cache_hit() {
    let (calls, backend) = sentiment();
    let app = app(&runtime(backend));

    let first = post_text(&app, "/cached", "a good film").await;
    assert_eq!(first.text(), "POSITIVE model");
    assert_eq!(first.header("x-inference-source"), "model");
    assert!(
        first
            .header("cache-status")
            .starts_with("inference; fwd=uri-miss"),
        "{first:?}"
    );
    assert_eq!(first.header("age"), "");

    let second = post_text(&app, "/cached", "a good film").await;
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
        post_text(&app, "/cached", "a bad film").await.text(),
        "NEGATIVE model"
    );
    assert_eq!(calls.count(), 2);
}

#[tokio::test]
async fn operation_without_cache_stores_nothing() {
    let (calls, backend) = sentiment();
    let app = app(&runtime(backend));
    for _ in 0..3 {
        let reply = post_text(&app, "/uncached", "good").await;
        assert_eq!(reply.text(), "POSITIVE model");
        assert_eq!(reply.header("cache-status"), "");
    }
    assert_eq!(calls.count(), 3);
}

#[tokio::test(start_paused = true)]
async fn entry_is_fresh_for_the_ttl_of_the_reading_operation() {
    let (calls, backend) = sentiment();
    let app = app(&runtime(backend));
    let input = json!({"text": "good"});

    assert_eq!(
        post_text(&app, "/cached", "good").await.text(),
        "POSITIVE model"
    );
    tokio::time::advance(Duration::from_secs(59)).await;
    // Two handlers with equal calls share the entry.
    let shared = post_json(&app, "/cached_shorter", &input).await;
    assert_eq!(shared.text(), "POSITIVE cache");
    assert_eq!(shared.header("age"), "59");
    tokio::time::advance(Duration::from_secs(2)).await;
    assert_eq!(
        post_text(&app, "/cached", "good").await.text(),
        "POSITIVE cache"
    );
    assert_eq!(
        post_json(&app, "/cached_shorter", &input).await.text(),
        "POSITIVE model"
    );
    assert_eq!(calls.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn expired_entry_is_a_miss() {
    let (calls, backend) = sentiment();
    let app = app(&runtime(backend));
    post_text(&app, "/cached", "good").await;
    tokio::time::advance(Duration::from_secs(300)).await;
    assert_eq!(
        post_text(&app, "/cached", "good").await.text(),
        "POSITIVE model"
    );
    assert_eq!(calls.count(), 2);
}

#[tokio::test]
async fn scopes_do_not_share_entries() {
    let (calls, backend) = sentiment();
    let app = app(&runtime(backend));
    let body = |user: &str| json!({"text": "good", "user": user});
    assert_eq!(
        post_json(&app, "/scoped", &body("ada")).await.text(),
        "model"
    );
    assert_eq!(
        post_json(&app, "/scoped", &body("ada")).await.text(),
        "cache"
    );
    assert_eq!(
        post_json(&app, "/scoped", &body("bob")).await.text(),
        "model"
    );
    // An empty scope differs from the absence of a scope.
    assert_eq!(post_json(&app, "/scoped", &body("")).await.text(), "model");
    assert_eq!(
        post_text(&app, "/cached", "good").await.text(),
        "POSITIVE model"
    );
    assert_eq!(calls.count(), 4);
}

#[tokio::test]
async fn custom_key_replaces_the_input_in_the_cache_key() {
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
async fn parameters_and_models_are_part_of_the_cache_key() {
    let (calls, backend) = sentiment();
    let app = app(&runtime(backend));
    let body = |top_k: Option<u32>| json!({"text": "good", "top_k": top_k});
    assert_eq!(
        post_json(&app, "/with_parameters", &body(None))
            .await
            .text(),
        "model"
    );
    assert_eq!(
        post_json(&app, "/with_parameters", &body(Some(1)))
            .await
            .text(),
        "model"
    );
    assert_eq!(
        post_json(&app, "/with_parameters", &body(Some(2)))
            .await
            .text(),
        "model"
    );
    assert_eq!(
        post_json(&app, "/with_parameters", &body(Some(1)))
            .await
            .text(),
        "cache"
    );
    // Omitted parameters give the same key as a handler without parameters.
    assert_eq!(
        post_text(&app, "/cached", "good").await.text(),
        "POSITIVE cache"
    );
    assert_eq!(
        post_text(&app, "/other_model", "good").await.text(),
        "model"
    );
    assert_eq!(calls.count(), 4);
}

#[tokio::test]
async fn failures_and_fallbacks_are_not_stored() {
    let (calls, backend) = failing(InferenceError::new(ErrorKind::Overloaded, "busy"));
    let app = app(&runtime(backend));
    for _ in 0..2 {
        let reply = post_text(&app, "/with_fallback", "good").await;
        assert_eq!(reply.text(), "fallback");
        assert_eq!(reply.header("x-inference-source"), "fallback");
    }
    assert_eq!(
        post_text(&app, "/cached", "good").await.problem_kind(),
        "overloaded"
    );
    assert_eq!(calls.count(), 3);
}

#[tokio::test]
async fn malformed_answer_is_not_stored() {
    let calls = CallCounter::default();
    let counted = calls.clone();
    let backend = from_fn(move |_: Request| {
        counted.increment();
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
        post_text(&app, "/cached", "good").await.problem_kind(),
        "unexpected_output"
    );
    assert_eq!(
        post_text(&app, "/cached", "good").await.text(),
        "POSITIVE model"
    );
    assert_eq!(
        post_text(&app, "/cached", "good").await.text(),
        "POSITIVE cache"
    );
    assert_eq!(calls.count(), 2);
}

#[tokio::test]
async fn large_input_is_cached() {
    let (calls, backend) = sentiment();
    let inference = runtime(backend);
    let app = app(&inference).layer(axum::extract::DefaultBodyLimit::disable());
    let text = "good ".repeat(1_000_000);
    assert_eq!(
        post_text(&app, "/cached", &text).await.text(),
        "POSITIVE model"
    );
    assert_eq!(
        post_text(&app, "/cached", &text).await.text(),
        "POSITIVE cache"
    );
    assert_eq!(calls.count(), 1);
}

#[tokio::test]
async fn memory_store_respects_its_limits() {
    use std::num::NonZeroUsize;

    use inference_runtime::cache::MemoryStore;

    let (calls, backend) = sentiment();
    let inference = Inference::builder()
        .backend("hf", backend)
        .store(MemoryStore::new(
            NonZeroUsize::new(16).expect("16 should not be zero"),
            60,
        ))
        .build()
        .expect("the runtime should build");
    let app = app(&inference);
    // Two labels exceed 60 bytes, so the entry is not stored.
    post_text(&app, "/cached", "good").await;
    assert_eq!(
        post_text(&app, "/cached", "good").await.text(),
        "POSITIVE model"
    );
    assert_eq!(calls.count(), 2);

    let (calls, backend) = sentiment();
    let inference = Inference::builder()
        .backend("hf", backend)
        .store(MemoryStore::new(
            NonZeroUsize::new(16).expect("16 should not be zero"),
            1_000,
        ))
        .build()
        .expect("the runtime should build");
    let app = self::app(&inference);
    for number in 0..200 {
        post_text(&app, "/cached", &format!("good {number}")).await;
    }
    assert_eq!(calls.count(), 200);
    assert_eq!(
        post_text(&app, "/cached", "good 199").await.text(),
        "POSITIVE cache"
    );
    assert_eq!(
        post_text(&app, "/cached", "good 0").await.text(),
        "POSITIVE model"
    );
}

/// A store that always fails or never responds.
#[derive(Clone, Copy)]
enum BrokenStore {
    Failing,
    Hanging,
}

impl Store for BrokenStore {
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
async fn failing_or_hanging_store_is_treated_as_a_miss() {
    for store in [BrokenStore::Failing, BrokenStore::Hanging] {
        let (calls, backend) = sentiment();
        let inference = Inference::builder()
            .backend("hf", backend)
            .store(store)
            .build()
            .expect("the runtime should build");
        let app = app(&inference);
        for _ in 0..2 {
            let started = tokio::time::Instant::now();
            assert_eq!(
                post_text(&app, "/cached", "good").await.text(),
                "POSITIVE model"
            );
            // Two lookups before the call, and one write.
            assert!(
                started.elapsed() <= Duration::from_millis(160),
                "{:?}",
                started.elapsed()
            );
        }
        assert_eq!(calls.count(), 2);
    }
}

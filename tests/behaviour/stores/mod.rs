//! Persistent and shared stores, and how requests are handled when they fail.

mod cluster;
mod cluster_lists;
mod configured;
mod disk;
mod disk_faults;
mod redis;
mod redis_faults;
mod tiered;
mod tls;

use std::time::Duration;

use axum::{Router, routing::post};
use inference_runtime::{
    InferenceBuilder,
    cache::{RedisStore, Store},
    prelude::*,
};
use inference_tests::{
    client::post_text,
    models::{CallCounter, sentiment},
};

#[infer(
    model = "org/model",
    task = "text-classification",
    cache = "5m",
    timeout = "30s"
)]
async fn cached(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(format!("{} {}", label.label, label.source))
}

#[infer(model = "org/model", task = "text-classification", cache = "400ms")]
async fn cached_briefly(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(format!("{} {}", label.label, label.source))
}

// Long enough that two requests in a row fall within it on a busy machine.
#[infer(model = "org/model", task = "text-classification", cache = "2s")]
async fn cached_for_two_seconds(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(format!("{} {}", label.label, label.source))
}

/// A replica of a service: its router, and the number of its model calls.
struct Replica {
    app: Router,
    calls: CallCounter,
}

/// The store timeout of tests that do not measure time: on a busy machine, a working store may be slow.
const LONG_TIMEOUT: Duration = Duration::from_secs(10);

impl Replica {
    /// Builds a replica with a long store timeout.
    fn new(store: impl Store) -> Self {
        Self::from_builder(
            Inference::builder()
                .store(store)
                .store_timeout(LONG_TIMEOUT),
        )
    }

    /// Builds a replica with the default store timeout.
    fn with_default_timeout(store: impl Store) -> Self {
        Self::from_builder(Inference::builder().store(store))
    }

    fn from_builder(builder: InferenceBuilder) -> Self {
        let (calls, backend) = sentiment();
        let inference = builder
            .backend("hf", backend)
            .build()
            .expect("the runtime should build");
        let app = Router::new()
            .route("/cached", post(cached))
            .route("/cached_briefly", post(cached_briefly))
            .route("/cached_for_two_seconds", post(cached_for_two_seconds))
            .layer(inference.layer());
        Self { app, calls }
    }

    /// Returns the answer and its source.
    async fn post(&self, text: &str) -> String {
        self.post_to("/cached", text).await
    }

    async fn post_to(&self, path: &str, text: &str) -> String {
        let reply = post_text(&self.app, path, text).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.text().to_owned()
    }
}

/// Builds a Redis store with a long timeout.
fn redis_store(url: &str) -> RedisStore {
    let builder = RedisStore::builder(url).timeout(LONG_TIMEOUT);
    builder.build().expect("the store should open")
}

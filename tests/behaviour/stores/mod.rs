//! Stores that outlive the process, and what happens to requests when they fail.

mod cluster;
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
async fn kept(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(format!("{} {}", label.label, label.source))
}

#[infer(model = "org/model", task = "text-classification", cache = "400ms")]
async fn kept_briefly(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(format!("{} {}", label.label, label.source))
}

/// A replica of a service: its router, and how often its model was asked.
struct Replica {
    app: Router,
    calls: CallCounter,
}

/// For tests that are not about time: on a busy machine, a store that is well may take long.
const PATIENCE: Duration = Duration::from_secs(10);

impl Replica {
    /// It waits for its store.
    fn new(store: impl Store) -> Self {
        Self::with(Inference::builder().store(store).store_timeout(PATIENCE))
    }

    /// It waits for its store as long as any program.
    fn hasty(store: impl Store) -> Self {
        Self::with(Inference::builder().store(store))
    }

    fn with(builder: InferenceBuilder) -> Self {
        let (calls, backend) = sentiment();
        let inference = builder.backend("hf", backend).build().expect("a runtime");
        let app = Router::new()
            .route("/kept", post(kept))
            .route("/kept_briefly", post(kept_briefly))
            .layer(inference.layer());
        Self { app, calls }
    }

    /// The answer, and where it came from.
    async fn post(&self, text: &str) -> String {
        self.post_to("/kept", text).await
    }

    async fn post_to(&self, path: &str, text: &str) -> String {
        let reply = post_text(&self.app, path, text).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.text().to_owned()
    }
}

/// A store that is waited for.
fn patient(url: &str) -> RedisStore {
    let builder = RedisStore::builder(url).timeout(PATIENCE);
    builder.build().expect("a store")
}

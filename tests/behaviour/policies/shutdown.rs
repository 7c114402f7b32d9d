//! `Inference::shutdown`.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Router, routing::post};
use futures_util::future::{BoxFuture, FutureExt};
use inference_runtime::{
    cache::{Entry, Key, Store, StoreError},
    prelude::*,
};
use inference_tests::{client::post_text, models::runtime};

use super::{Step, model};

#[infer(
    model = "org/model",
    task = "text-classification",
    timeout = "5s",
    cache(ttl = "1m", stale_while_revalidate = "10m")
)]
async fn revalidated(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(label.source.to_string())
}

fn app(inference: &Inference) -> Router {
    Router::new()
        .route("/", post(revalidated))
        .layer(inference.layer())
}

/// A store of one entry that records whether it was flushed.
#[derive(Clone, Default)]
struct OneEntryStore {
    entry: Arc<std::sync::Mutex<Option<Entry>>>,
    flushed: Arc<AtomicBool>,
}

impl Store for OneEntryStore {
    fn get<'a>(&'a self, _: &'a Key) -> BoxFuture<'a, Result<Option<Entry>, StoreError>> {
        let entry = self
            .entry
            .lock()
            .expect("no test should have panicked")
            .clone();
        async { Ok(entry) }.boxed()
    }

    fn put(&self, _: Key, entry: Entry, _: Duration) -> BoxFuture<'_, Result<(), StoreError>> {
        *self.entry.lock().expect("no test should have panicked") = Some(entry);
        async { Ok(()) }.boxed()
    }

    fn flush(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.flushed.store(true, Ordering::SeqCst);
        async { Ok(()) }.boxed()
    }
}

#[tokio::test(start_paused = true)]
async fn shutdown_waits_for_refreshes_and_flushes_the_store() {
    let (calls, backend) = model(|call| {
        if call == 1 {
            Step::Answer
        } else {
            Step::Slow(Duration::from_secs(2))
        }
    });
    let store = OneEntryStore::default();
    let inference = Inference::builder()
        .backend("hf", backend)
        .store(store.clone())
        .build()
        .expect("the runtime should build");
    let app = app(&inference);
    post_text(&app, "/", "good").await;
    tokio::time::advance(Duration::from_secs(61)).await;
    post_text(&app, "/", "good").await;
    inference
        .shutdown(Duration::from_secs(5))
        .await
        .expect("the refresh should end in time");
    assert_eq!(calls.count(), 2);
    assert!(store.flushed.load(Ordering::SeqCst));
    let stored = store
        .entry
        .lock()
        .expect("no test should have panicked")
        .clone()
        .expect("there should be an entry");
    assert!(
        stored.age() < Duration::from_secs(1),
        "the refreshed answer should be stored"
    );
}

#[tokio::test(start_paused = true)]
async fn shutdown_reports_calls_that_do_not_end_in_time() {
    let (_, backend) = model(|call| {
        if call == 1 {
            Step::Answer
        } else {
            Step::Slow(Duration::from_secs(4))
        }
    });
    let inference = runtime(backend);
    let app = app(&inference);
    post_text(&app, "/", "good").await;
    tokio::time::advance(Duration::from_secs(61)).await;
    post_text(&app, "/", "good").await;
    let unfinished = inference
        .shutdown(Duration::from_secs(1))
        .await
        .expect_err("the refresh should not end in time");
    assert_eq!(unfinished.calls, 1);
    assert!(unfinished.written);
    assert!(unfinished.to_string().contains("1 call "), "{unfinished}");
}

#[tokio::test(start_paused = true)]
async fn requests_after_shutdown_are_answered_without_refreshes() {
    let (calls, backend) = model(|_| Step::Answer);
    let inference = runtime(backend);
    let app = app(&inference);
    post_text(&app, "/", "good").await;
    inference
        .shutdown(Duration::from_secs(1))
        .await
        .expect("no call should be running");
    tokio::time::advance(Duration::from_secs(61)).await;
    assert_eq!(post_text(&app, "/", "good").await.text(), "stale");
    assert_eq!(post_text(&app, "/", "bad").await.text(), "model");
    assert_eq!(calls.count(), 2);
}

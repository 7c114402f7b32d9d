//! The end of a program.

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
async fn quick(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(label.source.to_string())
}

fn app(inference: &Inference) -> Router {
    Router::new()
        .route("/", post(quick))
        .layer(inference.layer())
}

/// Keeps one answer, and tells whether it was let write it.
#[derive(Clone, Default)]
struct Slate {
    entry: Arc<std::sync::Mutex<Option<Entry>>>,
    written: Arc<AtomicBool>,
}

impl Store for Slate {
    fn get<'a>(&'a self, _: &'a Key) -> BoxFuture<'a, Result<Option<Entry>, StoreError>> {
        let entry = self.entry.lock().expect("no panic").clone();
        async { Ok(entry) }.boxed()
    }

    fn put(&self, _: Key, entry: Entry, _: Duration) -> BoxFuture<'_, Result<(), StoreError>> {
        *self.entry.lock().expect("no panic") = Some(entry);
        async { Ok(()) }.boxed()
    }

    fn flush(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.written.store(true, Ordering::SeqCst);
        async { Ok(()) }.boxed()
    }
}

#[tokio::test(start_paused = true)]
async fn refreshes_are_brought_to_their_end_and_the_store_writes() {
    let (calls, backend) = model(|call| {
        if call == 1 {
            Step::Answer
        } else {
            Step::Slow(Duration::from_secs(2))
        }
    });
    let store = Slate::default();
    let inference = Inference::builder()
        .backend("hf", backend)
        .store(store.clone())
        .build()
        .expect("a runtime");
    let app = app(&inference);
    post_text(&app, "/", "good").await;
    tokio::time::advance(Duration::from_secs(61)).await;
    post_text(&app, "/", "good").await;
    inference
        .shutdown(Duration::from_secs(5))
        .await
        .expect("time enough");
    assert_eq!(calls.count(), 2);
    assert!(store.written.load(Ordering::SeqCst));
    let kept = store
        .entry
        .lock()
        .expect("no panic")
        .clone()
        .expect("an entry");
    assert!(
        kept.age() < Duration::from_secs(1),
        "the refresh has landed"
    );
}

#[tokio::test(start_paused = true)]
async fn what_does_not_end_in_time_is_said() {
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
        .expect_err("too little time");
    assert_eq!(unfinished.calls, 1);
    assert!(unfinished.written);
    assert!(unfinished.to_string().contains("1 call "), "{unfinished}");
}

#[tokio::test(start_paused = true)]
async fn no_refresh_begins_afterwards_and_requests_are_still_answered() {
    let (calls, backend) = model(|_| Step::Answer);
    let inference = runtime(backend);
    let app = app(&inference);
    post_text(&app, "/", "good").await;
    inference
        .shutdown(Duration::from_secs(1))
        .await
        .expect("nothing to do");
    tokio::time::advance(Duration::from_secs(61)).await;
    assert_eq!(post_text(&app, "/", "good").await.text(), "stale");
    assert_eq!(post_text(&app, "/", "bad").await.text(), "model");
    assert_eq!(calls.count(), 2);
}

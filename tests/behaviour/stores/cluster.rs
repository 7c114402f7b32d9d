//! One call for all processes that share a Redis.

use std::{sync::Arc, time::Duration};

use axum::{Router, routing::post};
use futures_util::future::join_all;
use inference_runtime::{
    backend::{Request, from_fn},
    prelude::*,
};
use inference_tests::{
    client::post_text,
    models::{CallCounter, labels},
    redis::Redis,
};
use tokio::sync::Semaphore;

use super::{PATIENCE, patient};

#[infer(
    model = "org/model",
    task = "text-classification",
    cache(ttl = "5m", single_flight = "cluster"),
    timeout = "20s"
)]
async fn together(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(label.label.clone())
}

/// A model that all replicas ask. It answers when it is let.
#[derive(Clone)]
struct Model {
    calls: CallCounter,
    asked: Arc<Semaphore>,
    open: Arc<Semaphore>,
    /// The first call fails so.
    first: Option<ErrorKind>,
}

impl Model {
    fn new(first: Option<ErrorKind>) -> Self {
        Self {
            calls: CallCounter::default(),
            asked: Arc::new(Semaphore::new(0)),
            open: Arc::new(Semaphore::new(0)),
            first,
        }
    }

    /// A replica whose memory is its own and whose Redis is everybody's.
    fn replica(&self, redis: &Redis) -> Router {
        let model = self.clone();
        let backend = from_fn(move |_: Request| {
            let model = model.clone();
            async move {
                model.calls.increment();
                let first = model.calls.count() == 1;
                model.asked.add_permits(1);
                model.open.acquire().await.expect("an open gate").forget();
                match model.first.filter(|_| first) {
                    Some(kind) => Err(InferenceError::new(kind, "by the script")),
                    None => Ok(labels(&[("POSITIVE", 0.9)])),
                }
            }
        });
        let inference = Inference::builder()
            .backend("hf", backend)
            .store(patient(&redis.url()))
            .store_timeout(PATIENCE)
            .build()
            .expect("a runtime");
        Router::new()
            .route("/", post(together))
            .layer(inference.layer())
    }

    async fn wait_until_asked(&self) {
        let asked = tokio::time::timeout(PATIENCE, self.asked.acquire()).await;
        asked
            .expect("asked in time")
            .expect("never closed")
            .forget();
    }
}

fn call(app: &Router) -> tokio::task::JoinHandle<(u16, String)> {
    let app = app.clone();
    tokio::spawn(async move {
        let reply = post_text(&app, "/", "good").await;
        (reply.status.as_u16(), reply.text().to_owned())
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn equal_cold_requests_to_four_replicas_make_one_call() {
    let Some(redis) = Redis::start() else { return };
    let model = Model::new(None);
    let replicas: Vec<_> = (0..4).map(|_| model.replica(&redis)).collect();
    let asked: Vec<_> = (0..64).map(|index| call(&replicas[index % 4])).collect();
    model.wait_until_asked().await;
    // Whoever would ask too has had the time to.
    tokio::time::sleep(Duration::from_millis(300)).await;
    model.open.add_permits(64);
    for answer in join_all(asked).await {
        assert_eq!(answer.expect("no panic"), (200, "POSITIVE".to_owned()));
    }
    assert_eq!(model.calls.count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_first_call_fails_another_replica_asks() {
    let Some(redis) = Redis::start() else { return };
    let model = Model::new(Some(ErrorKind::ServiceFailed));
    model.open.add_permits(64);
    let replicas: Vec<_> = (0..4).map(|_| model.replica(&redis)).collect();
    let asked: Vec<_> = replicas.iter().map(call).collect();
    let answers = join_all(asked).await;
    let statuses: Vec<_> = answers
        .into_iter()
        .map(|answer| answer.expect("no panic").0)
        .collect();
    assert_eq!(
        statuses.iter().filter(|status| **status == 502).count(),
        1,
        "{statuses:?}"
    );
    assert_eq!(
        statuses.iter().filter(|status| **status == 200).count(),
        3,
        "{statuses:?}"
    );
    assert_eq!(model.calls.count(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_dies_with_the_right_to_ask_holds_nobody_up_for_long() {
    let Some(redis) = Redis::start() else { return };
    let dead = Model::new(None);
    // A runtime of its own that is taken away at once: nothing of it gives the right back.
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let app = dead.replica(&redis);
    runtime.spawn(async move { post_text(&app, "/", "good").await });
    dead.wait_until_asked().await;
    runtime.shutdown_background();

    let living = Model::new(None);
    living.open.add_permits(1);
    let answer = tokio::time::timeout(Duration::from_secs(10), call(&living.replica(&redis))).await;
    let answer = answer.expect("not held up").expect("no panic");
    assert_eq!(answer, (200, "POSITIVE".to_owned()));
    assert_eq!(living.calls.count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_redis_every_replica_asks_for_itself() {
    let Some(mut redis) = Redis::start() else {
        return;
    };
    let model = Model::new(None);
    model.open.add_permits(64);
    let replicas: Vec<_> = (0..2).map(|_| model.replica(&redis)).collect();
    redis.kill();
    for replica in &replicas {
        assert_eq!(call(replica).await.expect("no panic").0, 200);
    }
    assert_eq!(model.calls.count(), 2);
}

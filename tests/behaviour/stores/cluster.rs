//! `single_flight = "cluster"`: one call for all processes that share a Redis server.

use std::{sync::Arc, time::Duration};

use axum::{Router, routing::post};
use futures_util::future::join_all;
use http::header;
use inference_runtime::{
    backend::{Request, from_fn},
    prelude::*,
};
use inference_tests::{
    client::{post_text, send},
    models::{CallCounter, labels},
    redis::Redis,
};
use tokio::sync::Semaphore;

use super::{LONG_TIMEOUT, redis_store};

#[infer(
    model = "org/model",
    task = "text-classification",
    cache(ttl = "5m", single_flight = "cluster", client_control = true),
    timeout = "20s"
)]
async fn cluster_wide(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(label.label.clone())
}

/// A model called by all replicas. It responds when the test permits it.
#[derive(Clone)]
struct Model {
    calls: CallCounter,
    started: Arc<Semaphore>,
    permits: Arc<Semaphore>,
    /// The failure of the first call.
    first: Option<ErrorKind>,
}

impl Model {
    fn new(first: Option<ErrorKind>) -> Self {
        Self {
            calls: CallCounter::default(),
            started: Arc::new(Semaphore::new(0)),
            permits: Arc::new(Semaphore::new(0)),
            first,
        }
    }

    /// Builds a replica with its own memory and the shared Redis server.
    fn replica(&self, redis: &Redis) -> Router {
        let model = self.clone();
        let backend = from_fn(move |_: Request| {
            let model = model.clone();
            async move {
                model.calls.increment();
                let first = model.calls.count() == 1;
                model.started.add_permits(1);
                model
                    .permits
                    .acquire()
                    .await
                    .expect("the semaphore should stay open")
                    .forget();
                match model.first.filter(|_| first) {
                    Some(kind) => Err(InferenceError::new(kind, "by the script")),
                    None => Ok(labels(&[("POSITIVE", 0.9)])),
                }
            }
        });
        let inference = Inference::builder()
            .backend("hf", backend)
            .store(redis_store(&redis.url()))
            .store_timeout(LONG_TIMEOUT)
            .build()
            .expect("the runtime should build");
        Router::new()
            .route("/", post(cluster_wide))
            .layer(inference.layer())
    }

    async fn wait_until_called(&self) {
        let started = tokio::time::timeout(LONG_TIMEOUT, self.started.acquire()).await;
        started
            .expect("the model should be called in time")
            .expect("the semaphore should stay open")
            .forget();
    }
}

fn request(app: &Router) -> tokio::task::JoinHandle<(u16, String)> {
    let app = app.clone();
    tokio::spawn(async move {
        let reply = post_text(&app, "/", "good").await;
        (reply.status.as_u16(), reply.text().to_owned())
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_cold_requests_to_four_replicas_make_one_call() {
    let Some(redis) = Redis::start() else { return };
    let model = Model::new(None);
    let replicas: Vec<_> = (0..4).map(|_| model.replica(&redis)).collect();
    let requests: Vec<_> = (0..64).map(|index| request(&replicas[index % 4])).collect();
    model.wait_until_called().await;
    // Gives other replicas the time to call the model as well.
    tokio::time::sleep(Duration::from_millis(300)).await;
    model.permits.add_permits(64);
    for answer in join_all(requests).await {
        assert_eq!(
            answer.expect("the task should not panic"),
            (200, "POSITIVE".to_owned())
        );
    }
    assert_eq!(model.calls.count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_replica_calls_the_model_when_the_first_call_fails() {
    let Some(redis) = Redis::start() else { return };
    let model = Model::new(Some(ErrorKind::ServiceFailed));
    model.permits.add_permits(64);
    let replicas: Vec<_> = (0..4).map(|_| model.replica(&redis)).collect();
    let requests: Vec<_> = replicas.iter().map(request).collect();
    let answers = join_all(requests).await;
    let statuses: Vec<_> = answers
        .into_iter()
        .map(|answer| answer.expect("the task should not panic").0)
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
async fn lease_of_a_dead_replica_expires() {
    let Some(redis) = Redis::start() else { return };
    let dead = Model::new(None);
    // Shutting down a separate tokio runtime prevents the replica from releasing the lease.
    let runtime = tokio::runtime::Runtime::new().expect("the tokio runtime should start");
    let app = dead.replica(&redis);
    runtime.spawn(async move { post_text(&app, "/", "good").await });
    dead.wait_until_called().await;
    runtime.shutdown_background();

    let alive = Model::new(None);
    alive.permits.add_permits(1);
    let answer =
        tokio::time::timeout(Duration::from_secs(10), request(&alive.replica(&redis))).await;
    let answer = answer
        .expect("the lease should expire in time")
        .expect("the task should not panic");
    assert_eq!(answer, (200, "POSITIVE".to_owned()));
    assert_eq!(alive.calls.count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_replica_calls_the_model_without_redis() {
    let Some(mut redis) = Redis::start() else {
        return;
    };
    let model = Model::new(None);
    model.permits.add_permits(64);
    let replicas: Vec<_> = (0..2).map(|_| model.replica(&redis)).collect();
    redis.kill();
    for replica in &replicas {
        assert_eq!(
            request(replica).await.expect("the task should not panic").0,
            200
        );
    }
    assert_eq!(model.calls.count(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_cache_request_calls_the_model_again() {
    let Some(redis) = Redis::start() else { return };
    let model = Model::new(None);
    model.permits.add_permits(64);
    let app = model.replica(&redis);
    assert_eq!(
        request(&app).await.expect("the task should not panic").0,
        200
    );
    let no_cache = http::Request::post("/")
        .header(header::CONTENT_TYPE, "text/plain")
        .header(header::CACHE_CONTROL, "no-cache")
        .body("good".into());
    let reply = send(&app, no_cache.expect("a request")).await;
    assert_eq!(reply.text(), "POSITIVE");
    assert_eq!(model.calls.count(), 2);
}

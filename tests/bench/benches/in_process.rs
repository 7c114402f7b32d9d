//! The cost of a prediction compared with the same code written by hand, without a network where possible.
//!
//! Every group measures both in the same run. Compare within a group only, not between machines.

#![allow(
    missing_docs,
    reason = "criterion's macros generate undocumented functions"
)]
#![allow(
    clippy::expect_used,
    reason = "a failed precondition fails the benchmark"
)]

use std::{
    hint::black_box,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use axum::{Router, body::Body, http::Request};
use cached::{Expires, ShardedExpiringLruCache};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use inference_bench::{MODEL, annotated, by_hand, upstream};
use inference_runtime::{
    backend::{self, Request as ModelRequest, Response},
    prelude::*,
};
use serde_json::json;
use tokio::runtime::Runtime;
use tower::ServiceExt;

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("the runtime should build")
}

/// Starts the service on its own thread, and returns its URL.
fn start_service() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port should be free");
    listener
        .set_nonblocking(true)
        .expect("the socket should be usable");
    let address = listener
        .local_addr()
        .expect("the listener should have an address");
    std::thread::spawn(move || {
        runtime().block_on(async move {
            let listener =
                tokio::net::TcpListener::from_std(listener).expect("the socket should be usable");
            let _ = axum::serve(listener, upstream::routes(Duration::ZERO)).await;
        });
    });
    format!("http://{address}")
}

async fn send(app: &Router, path: &str, text: &str) {
    let request = Request::post(path)
        .header("content-type", "application/json")
        .body(Body::from(json!({ "text": text }).to_string()))
        .expect("the request should be valid");
    let response = app
        .clone()
        .oneshot(request)
        .await
        .expect("the router is infallible");
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await;
    black_box(body.expect("the body should be readable"));
}

/// A request through a router that is a cache hit.
fn hit(criterion: &mut Criterion) {
    let tokio = runtime();
    let url = start_service();
    let by_hand = by_hand::routes(by_hand::Shared::new(&url));
    let inference = annotated::runtime(&url).expect("the runtime should build");
    inference.set_process_default();
    let without_headers = annotated::routes();
    let with_headers = annotated::routes().layer(inference.layer());
    let mut group = criterion.benchmark_group("hit");
    for (name, app, path) in [
        ("by hand", &by_hand, "/without_headers"),
        ("annotated", &without_headers, "/plain"),
        ("by hand, with headers", &by_hand, "/plain"),
        (
            "annotated, with the layer's headers",
            &with_headers,
            "/plain",
        ),
        ("annotated, all policies", &without_headers, "/guarded"),
    ] {
        tokio.block_on(send(app, path, "review 7 that was good"));
        group.bench_function(name, |bencher| {
            bencher
                .to_async(&tokio)
                .iter(|| send(app, path, "review 7 that was good"));
        });
    }
    group.finish();
}

/// A request that calls the model over loopback.
fn miss(criterion: &mut Criterion) {
    let tokio = runtime();
    let url = start_service();
    let by_hand = by_hand::routes(by_hand::Shared::new(&url));
    let inference = annotated::runtime(&url).expect("the runtime should build");
    let annotated = annotated::routes().layer(inference.layer());
    let number = AtomicU64::new(0);
    let mut group = criterion.benchmark_group("miss");
    for (name, app, path) in [
        ("by hand", &by_hand, "/plain"),
        ("annotated", &annotated, "/plain"),
        ("by hand, all policies", &by_hand, "/guarded"),
        ("annotated, all policies", &annotated, "/guarded"),
        ("by hand, no cache", &by_hand, "/uncached"),
        ("annotated, no cache", &annotated, "/uncached"),
    ] {
        group.bench_function(name, |bencher| {
            bencher.to_async(&tokio).iter(|| async {
                let number = number.fetch_add(1, Ordering::Relaxed);
                send(app, path, &format!("review {number} that was good")).await;
            });
        });
    }
    group.finish();
}

macro_rules! functions {
    ($($name:ident($($policy:tt)*);)+) => {$(
        #[infer(
            model = "org/model",
            task = "text-classification",
            runtime = inference,
            $($policy)*
        )]
        async fn $name(
            inference: &Inference,
            text: &str,
            #[prediction] label: Result<Label, InferenceError>,
        ) -> Option<Label> {
            label.ok()
        }
    )+};
}

functions! {
    cached(cache = "1h");
    no_policy();
    with_retry(retry = 2);
    with_attempt_timeout(attempt_timeout = "1s");
    with_breaker(circuit_breaker(failures = 5, reset = "1s"));
    with_rate_limit(rate_limit = "900000000/s");
    with_concurrency(concurrency = 64);
    with_hedge(hedge = "1s");
    with_all(
        retry = 2,
        attempt_timeout = "1s",
        circuit_breaker(failures = 5, reset = "1s"),
        rate_limit = "900000000/s",
        concurrency = 64,
    );
}

fn in_process(fails: bool) -> Inference {
    let answer = bytes::Bytes::from_static(br#"[[{"label":"POSITIVE","score":0.75}]]"#);
    let model = backend::from_fn(move |_: ModelRequest| {
        let answer = answer.clone();
        async move {
            if fails {
                return Err(InferenceError::new(
                    ErrorKind::Unauthorized,
                    "by the benchmark",
                ));
            }
            Ok(Response::new(answer))
        }
    });
    let builder = Inference::builder().backend("hf", model);
    builder.build().expect("the runtime should build")
}

/// Each policy around a call that does nothing.
fn policies(criterion: &mut Criterion) {
    let tokio = runtime();
    let inference = in_process(false);
    let mut group = criterion.benchmark_group("policies");
    macro_rules! measure {
        ($($name:ident)+) => {$(
            group.bench_function(stringify!($name), |bencher| {
                bencher.to_async(&tokio).iter(|| async { black_box($name(&inference, "good").await) });
            });
        )+};
    }
    measure!(no_policy with_retry with_attempt_timeout with_breaker with_rate_limit with_concurrency with_hedge with_all);
    group.finish();
}

#[derive(Clone)]
struct CacheEntry {
    label: Label,
    stored_at: Instant,
}

impl Expires for CacheEntry {
    fn is_expired(&self) -> bool {
        self.stored_at.elapsed() >= Duration::from_secs(3600)
    }
}

fn key(text: &str) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for field in ["text-classification", "{}", "hf", MODEL, text] {
        hasher.update(&(field.len() as u64).to_le_bytes());
        hasher.update(field.as_bytes());
    }
    *hasher.finalize().as_bytes()
}

/// A hit without an HTTP request: the overhead of the macro and the ladder over key and lookup.
fn keys(criterion: &mut Criterion) {
    let tokio = runtime();
    let inference = in_process(false);
    let cache: ShardedExpiringLruCache<[u8; 32], CacheEntry> = ShardedExpiringLruCache::new(10_000);
    let mut group = criterion.benchmark_group("key and lookup");
    for size in [100, 1_000, 10_000, 100_000, 1_000_000, 5_000_000] {
        let text = "good ".repeat(size / 5);
        group.throughput(Throughput::Bytes(size as u64));
        let label = Label::new("POSITIVE", 0.75);
        cache.set(
            key(&text),
            CacheEntry {
                label,
                stored_at: Instant::now(),
            },
        );
        group.bench_function(BenchmarkId::new("by hand", size), |bencher| {
            bencher.iter(|| black_box(cache.get(&key(black_box(&text))).map(|entry| entry.label)));
        });
        tokio.block_on(cached(&inference, &text));
        group.bench_function(BenchmarkId::new("annotated", size), |bencher| {
            bencher
                .to_async(&tokio)
                .iter(|| async { black_box(cached(&inference, black_box(&text)).await) });
        });
    }
    group.finish();
}

/// The call fails and the fallback is used.
fn fallback(criterion: &mut Criterion) {
    let tokio = runtime();
    let inference = in_process(true);
    let fail = || async { Err::<Label, &str>(black_box("no")) };
    let mut group = criterion.benchmark_group("fallback");
    group.bench_function("by hand", |bencher| {
        bencher.to_async(&tokio).iter(|| async {
            black_box(fail().await.unwrap_or_else(|_| Label::new("NEUTRAL", 0.0)))
        });
    });
    group.bench_function("annotated", |bencher| {
        bencher.to_async(&tokio).iter(|| async {
            let label = no_policy(&inference, "good").await;
            black_box(label.unwrap_or_else(|| Label::new("NEUTRAL", 0.0)))
        });
    });
    group.finish();
}

/// 256 concurrent equal requests.
fn single_flight(criterion: &mut Criterion) {
    let tokio = runtime();
    let url = start_service();
    let by_hand = by_hand::routes(by_hand::Shared::new(&url));
    let inference = annotated::runtime(&url).expect("the runtime should build");
    let annotated = annotated::routes().layer(inference.layer());
    let number = AtomicU64::new(0);
    let mut group = criterion.benchmark_group("256 equal cold requests");
    group.sample_size(20);
    for (name, app) in [("by hand", &by_hand), ("annotated", &annotated)] {
        group.bench_function(name, |bencher| {
            bencher.to_async(&tokio).iter(|| async {
                let text = format!("review {} of all", number.fetch_add(1, Ordering::Relaxed));
                let requests = (0..256).map(|_| {
                    let (app, text) = (app.clone(), text.clone());
                    tokio::spawn(async move { send(&app, "/plain", &text).await })
                });
                for request in requests.collect::<Vec<_>>() {
                    request.await.expect("the task should not panic");
                }
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().without_plots();
    targets = hit, miss, policies, keys, fallback, single_flight
}
criterion_main!(benches);

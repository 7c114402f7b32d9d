//! The service as an experienced developer writes it without `#[infer]`, with the same crates: axum, reqwest, `cached`,
//! blake3, backon, governor.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue},
    routing::post,
};
use backon::{ExponentialBuilder, Retryable};
use cached::{Expires, ShardedExpiringLruCache};
use governor::{
    Quota, RateLimiter,
    clock::Clock,
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::{InMemoryState, NotKeyed},
};
use serde::{Deserialize, Serialize};
use tokio::sync::{Semaphore, watch};

use crate::{MODEL, Review, TOKEN};

const TTL: Duration = Duration::from_secs(3600);
const SOURCE: HeaderName = HeaderName::from_static("x-inference-source");
const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Label {
    label: String,
    score: f64,
}

/// A failed call.
#[derive(Clone, Debug)]
struct CallError {
    is_transient: bool,
}

type Outcome = Result<Label, CallError>;
type Key = [u8; 32];

#[derive(Clone)]
struct CacheEntry {
    label: Label,
    stored_at: Instant,
}

impl Expires for CacheEntry {
    fn is_expired(&self) -> bool {
        self.stored_at.elapsed() >= TTL
    }
}

#[derive(Clone, Copy)]
struct MonotonicClock(Instant);

impl Clock for MonotonicClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.elapsed().into()
    }
}

/// A circuit breaker that opens for one second after five consecutive failures.
#[derive(Default)]
struct Breaker {
    failures: AtomicU32,
    opened_ms: AtomicU64,
}

impl Breaker {
    fn permits_call(&self, now_ms: u64) -> bool {
        if self.failures.load(Ordering::Relaxed) < 5 {
            return true;
        }
        let opened = self.opened_ms.load(Ordering::Relaxed);
        now_ms.saturating_sub(opened) >= 1_000
            && self
                .opened_ms
                .compare_exchange(opened, now_ms, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }

    fn record(&self, healthy: bool, now_ms: u64) {
        if healthy {
            self.failures.store(0, Ordering::Relaxed);
        } else if self.failures.fetch_add(1, Ordering::Relaxed) == 4 {
            self.opened_ms.store(now_ms, Ordering::Relaxed);
        }
    }
}

/// The shared state of the handlers.
pub struct Shared {
    client: reqwest::Client,
    url: String,
    cache: ShardedExpiringLruCache<Key, CacheEntry>,
    flights: Mutex<HashMap<Key, watch::Receiver<Option<Outcome>>>>,
    permits: Semaphore,
    rate: RateLimiter<NotKeyed, InMemoryState, MonotonicClock, NoOpMiddleware<Nanos>>,
    breaker: Breaker,
    started: Instant,
}

impl Shared {
    /// Creates the state for models served at this URL.
    #[must_use]
    pub fn new(upstream: &str) -> Arc<Self> {
        let million = NonZeroU32::MIN.saturating_add(999_999);
        let started = Instant::now();
        Arc::new(Self {
            client: reqwest::Client::new(),
            url: format!("{upstream}/hf-inference/models/{MODEL}"),
            cache: ShardedExpiringLruCache::new(10_000),
            flights: Mutex::default(),
            permits: Semaphore::new(1024),
            rate: RateLimiter::direct_with_clock(
                Quota::per_second(million),
                MonotonicClock(started),
            ),
            breaker: Breaker::default(),
            started,
        })
    }

    async fn call(&self, text: &str) -> Outcome {
        let unreachable = |_| CallError { is_transient: true };
        let response = self
            .client
            .post(&self.url)
            .bearer_auth(TOKEN)
            .json(&serde_json::json!({ "inputs": text }))
            .send()
            .await
            .map_err(unreachable)?;
        let status = response.status();
        if !status.is_success() {
            return Err(CallError {
                is_transient: matches!(
                    status.as_u16(),
                    408 | 424 | 425 | 429 | 500 | 502 | 503 | 504
                ),
            });
        }
        let body = response.bytes().await.map_err(unreachable)?;
        let malformed = |_| CallError {
            is_transient: false,
        };
        let [labels] = serde_json::from_slice::<[Vec<Label>; 1]>(&body).map_err(malformed)?;
        let best = labels
            .into_iter()
            .max_by(|a, b| a.score.total_cmp(&b.score));
        best.ok_or(CallError {
            is_transient: false,
        })
    }

    /// A call without policies, with a timeout of ten seconds.
    async fn call_with_timeout(&self, text: &str) -> Outcome {
        let result = tokio::time::timeout(Duration::from_secs(10), self.call(text)).await;
        result.unwrap_or(Err(CallError { is_transient: true }))
    }

    async fn attempt(&self, text: &str) -> Outcome {
        let now = || u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        if !self.breaker.permits_call(now()) {
            return Err(CallError {
                is_transient: false,
            });
        }
        let rejected = CallError {
            is_transient: false,
        };
        let permit = tokio::time::timeout(Duration::from_secs(2), self.permits.acquire()).await;
        let Ok(Ok(_permit)) = permit else {
            return Err(rejected);
        };
        if self.rate.check().is_err() {
            return Err(rejected);
        }
        let result = tokio::time::timeout(Duration::from_secs(2), self.call(text)).await;
        let outcome = result.unwrap_or(Err(CallError { is_transient: true }));
        self.breaker.record(
            !outcome.as_ref().is_err_and(|error| error.is_transient),
            now(),
        );
        outcome
    }

    async fn call_with_retries(&self, text: &str) -> Outcome {
        let backoff = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(100))
            .with_max_delay(Duration::from_secs(2))
            .with_max_times(2)
            .with_jitter();
        let attempts = (|| self.attempt(text))
            .retry(backoff)
            .when(|error| error.is_transient);
        let result = tokio::time::timeout(Duration::from_secs(5), attempts).await;
        result.unwrap_or(Err(CallError { is_transient: true }))
    }

    /// Coalesces equal calls into one, which runs in its own task.
    async fn coalesce(self: &Arc<Self>, key: Key, text: String, guarded: bool) -> Outcome {
        let mut receiver = {
            let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
            match flights.get(&key) {
                Some(flight) => flight.clone(),
                None => {
                    let (sender, receiver) = watch::channel(None);
                    flights.insert(key, receiver.clone());
                    let shared = Arc::clone(self);
                    tokio::spawn(async move {
                        let outcome = if guarded {
                            shared.call_with_retries(&text).await
                        } else {
                            shared.call_with_timeout(&text).await
                        };
                        if let Ok(label) = &outcome {
                            let stored_at = Instant::now();
                            shared.cache.set(
                                key,
                                CacheEntry {
                                    label: label.clone(),
                                    stored_at,
                                },
                            );
                        }
                        let mut flights = shared
                            .flights
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner);
                        flights.remove(&key);
                        drop(flights);
                        let _ = sender.send(Some(outcome));
                    });
                    receiver
                }
            }
        };
        let outcome = receiver.wait_for(Option::is_some).await;
        outcome
            .ok()
            .and_then(|outcome| outcome.clone())
            .unwrap_or(Err(CallError {
                is_transient: false,
            }))
    }

    async fn label(
        self: &Arc<Self>,
        text: String,
        guarded: bool,
    ) -> (Label, &'static str, Option<Duration>) {
        let key = *blake3::Hasher::new()
            .update(MODEL.as_bytes())
            .update(&[0])
            .update(text.as_bytes())
            .finalize()
            .as_bytes();
        if let Some(entry) = self.cache.get(&key) {
            return (entry.label, "cache", Some(entry.stored_at.elapsed()));
        }
        match self.coalesce(key, text, guarded).await {
            Ok(label) => (label, "model", None),
            Err(_) => (neutral(), "fallback", None),
        }
    }
}

fn neutral() -> Label {
    Label {
        label: "NEUTRAL".to_owned(),
        score: 0.0,
    }
}

async fn without_headers(
    State(shared): State<Arc<Shared>>,
    Json(review): Json<Review>,
) -> Json<Label> {
    Json(shared.label(review.text, false).await.0)
}

async fn plain(
    State(shared): State<Arc<Shared>>,
    Json(review): Json<Review>,
) -> (HeaderMap, Json<Label>) {
    with_headers(&shared, review, false).await
}

async fn guarded(
    State(shared): State<Arc<Shared>>,
    Json(review): Json<Review>,
) -> (HeaderMap, Json<Label>) {
    with_headers(&shared, review, true).await
}

async fn without_headers_guarded(
    State(shared): State<Arc<Shared>>,
    Json(review): Json<Review>,
) -> Json<Label> {
    Json(shared.label(review.text, true).await.0)
}

async fn uncached(State(shared): State<Arc<Shared>>, Json(review): Json<Review>) -> Json<Label> {
    let label = shared.call_with_timeout(&review.text).await;
    Json(label.unwrap_or_else(|_| neutral()))
}

/// Adds the headers that `inference.layer()` adds.
async fn with_headers(
    shared: &Arc<Shared>,
    review: Review,
    guarded: bool,
) -> (HeaderMap, Json<Label>) {
    let started = Instant::now();
    let (label, source, age) = shared.label(review.text, guarded).await;
    let mut headers = HeaderMap::with_capacity(4);
    headers.insert(SOURCE, HeaderValue::from_static(source));
    let timing = format!(
        "inference;desc=\"plain {source}\";dur={:.1}",
        started.elapsed().as_secs_f64() * 1_000.0
    );
    let status = match age {
        Some(age) => {
            headers.insert(axum::http::header::AGE, HeaderValue::from(age.as_secs()));
            format!(
                "inference; hit; ttl={}; detail=\"plain\"",
                TTL.saturating_sub(age).as_secs()
            )
        }
        None => "inference; fwd=uri-miss; detail=\"plain\"".to_owned(),
    };
    for (name, value) in [(SERVER_TIMING, timing), (CACHE_STATUS, status)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    (headers, Json(label))
}

/// The routes. Those that start with `without_headers` add no headers to the response.
pub fn routes(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/without_headers", post(without_headers))
        .route("/without_headers_guarded", post(without_headers_guarded))
        .route("/plain", post(plain))
        .route("/guarded", post(guarded))
        .route("/uncached", post(uncached))
        .with_state(shared)
}

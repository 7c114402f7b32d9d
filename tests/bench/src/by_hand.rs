//! The service as a careful developer writes it without `#[infer]`, with the same crates below: axum, reqwest, `cached`,
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

/// Why there is no label.
#[derive(Clone, Debug)]
struct Failed {
    may_pass: bool,
}

type Outcome = Result<Label, Failed>;
type Key = [u8; 32];

#[derive(Clone)]
struct Kept {
    label: Label,
    since: Instant,
}

impl Expires for Kept {
    fn is_expired(&self) -> bool {
        self.since.elapsed() >= TTL
    }
}

#[derive(Clone, Copy)]
struct Ticks(Instant);

impl Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.elapsed().into()
    }
}

/// Opens after five failures in a row, for a second.
#[derive(Default)]
struct Breaker {
    failures: AtomicU32,
    opened_ms: AtomicU64,
}

impl Breaker {
    fn admits(&self, now_ms: u64) -> bool {
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

    fn tell(&self, healthy: bool, now_ms: u64) {
        if healthy {
            self.failures.store(0, Ordering::Relaxed);
        } else if self.failures.fetch_add(1, Ordering::Relaxed) == 4 {
            self.opened_ms.store(now_ms, Ordering::Relaxed);
        }
    }
}

/// All that the handlers share.
pub struct Shared {
    client: reqwest::Client,
    url: String,
    answers: ShardedExpiringLruCache<Key, Kept>,
    flights: Mutex<HashMap<Key, watch::Receiver<Option<Outcome>>>>,
    places: Semaphore,
    rate: RateLimiter<NotKeyed, InMemoryState, Ticks, NoOpMiddleware<Nanos>>,
    breaker: Breaker,
    started: Instant,
}

impl Shared {
    /// For models behind this address.
    #[must_use]
    pub fn new(upstream: &str) -> Arc<Self> {
        let million = NonZeroU32::MIN.saturating_add(999_999);
        let started = Instant::now();
        Arc::new(Self {
            client: reqwest::Client::new(),
            url: format!("{upstream}/hf-inference/models/{MODEL}"),
            answers: ShardedExpiringLruCache::new(10_000),
            flights: Mutex::default(),
            places: Semaphore::new(1024),
            rate: RateLimiter::direct_with_clock(Quota::per_second(million), Ticks(started)),
            breaker: Breaker::default(),
            started,
        })
    }

    async fn ask(&self, text: &str) -> Outcome {
        let unreachable = |_| Failed { may_pass: true };
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
            return Err(Failed {
                may_pass: matches!(
                    status.as_u16(),
                    408 | 424 | 425 | 429 | 500 | 502 | 503 | 504
                ),
            });
        }
        let body = response.bytes().await.map_err(unreachable)?;
        let unreadable = |_| Failed { may_pass: false };
        let [labels] = serde_json::from_slice::<[Vec<Label>; 1]>(&body).map_err(unreadable)?;
        let best = labels
            .into_iter()
            .max_by(|a, b| a.score.total_cmp(&b.score));
        best.ok_or(Failed { may_pass: false })
    }

    /// Nobody waits for ever.
    async fn ask_in_time(&self, text: &str) -> Outcome {
        let asked = tokio::time::timeout(Duration::from_secs(10), self.ask(text)).await;
        asked.unwrap_or(Err(Failed { may_pass: true }))
    }

    async fn attempt(&self, text: &str) -> Outcome {
        let now = || u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        if !self.breaker.admits(now()) {
            return Err(Failed { may_pass: false });
        }
        let full = Failed { may_pass: false };
        let place = tokio::time::timeout(Duration::from_secs(2), self.places.acquire()).await;
        let Ok(Ok(_place)) = place else {
            return Err(full);
        };
        if self.rate.check().is_err() {
            return Err(full);
        }
        let asked = tokio::time::timeout(Duration::from_secs(2), self.ask(text)).await;
        let outcome = asked.unwrap_or(Err(Failed { may_pass: true }));
        self.breaker.tell(
            !outcome.as_ref().is_err_and(|failed| failed.may_pass),
            now(),
        );
        outcome
    }

    async fn persistently(&self, text: &str) -> Outcome {
        let waits = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(100))
            .with_max_delay(Duration::from_secs(2))
            .with_max_times(2)
            .with_jitter();
        let tries = (|| self.attempt(text))
            .retry(waits)
            .when(|failed| failed.may_pass);
        let all = tokio::time::timeout(Duration::from_secs(5), tries).await;
        all.unwrap_or(Err(Failed { may_pass: true }))
    }

    /// One call for all who ask the same: it runs in a task of its own.
    async fn together(self: &Arc<Self>, key: Key, text: String, guarded: bool) -> Outcome {
        let mut landed = {
            let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
            match flights.get(&key) {
                Some(flight) => flight.clone(),
                None => {
                    let (land, landed) = watch::channel(None);
                    flights.insert(key, landed.clone());
                    let shared = Arc::clone(self);
                    tokio::spawn(async move {
                        let outcome = if guarded {
                            shared.persistently(&text).await
                        } else {
                            shared.ask_in_time(&text).await
                        };
                        if let Ok(label) = &outcome {
                            let since = Instant::now();
                            shared.answers.set(
                                key,
                                Kept {
                                    label: label.clone(),
                                    since,
                                },
                            );
                        }
                        let mut flights = shared
                            .flights
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner);
                        flights.remove(&key);
                        drop(flights);
                        let _ = land.send(Some(outcome));
                    });
                    landed
                }
            }
        };
        let outcome = landed.wait_for(Option::is_some).await;
        outcome
            .ok()
            .and_then(|outcome| outcome.clone())
            .unwrap_or(Err(Failed { may_pass: false }))
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
        if let Some(kept) = self.answers.get(&key) {
            return (kept.label, "cache", Some(kept.since.elapsed()));
        }
        match self.together(key, text, guarded).await {
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

async fn bare(State(shared): State<Arc<Shared>>, Json(review): Json<Review>) -> Json<Label> {
    Json(shared.label(review.text, false).await.0)
}

async fn plain(
    State(shared): State<Arc<Shared>>,
    Json(review): Json<Review>,
) -> (HeaderMap, Json<Label>) {
    reported(&shared, review, false).await
}

async fn guarded(
    State(shared): State<Arc<Shared>>,
    Json(review): Json<Review>,
) -> (HeaderMap, Json<Label>) {
    reported(&shared, review, true).await
}

async fn bare_guarded(
    State(shared): State<Arc<Shared>>,
    Json(review): Json<Review>,
) -> Json<Label> {
    Json(shared.label(review.text, true).await.0)
}

async fn uncached(State(shared): State<Arc<Shared>>, Json(review): Json<Review>) -> Json<Label> {
    let label = shared.ask_in_time(&review.text).await;
    Json(label.unwrap_or_else(|_| neutral()))
}

/// Says on the response what `inference.layer()` says.
async fn reported(shared: &Arc<Shared>, review: Review, guarded: bool) -> (HeaderMap, Json<Label>) {
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

/// The routes. Those that begin with `bare` say nothing on the response.
pub fn routes(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/bare", post(bare))
        .route("/bare_guarded", post(bare_guarded))
        .route("/plain", post(plain))
        .route("/guarded", post(guarded))
        .route("/uncached", post(uncached))
        .with_state(shared)
}

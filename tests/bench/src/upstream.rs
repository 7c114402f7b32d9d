//! The model's service: as little as can answer, so that it is not what is measured.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use bytes::Bytes;

/// How it behaves now, and what it was asked.
#[derive(Default)]
struct Service {
    calls: AtomicU64,
    down: AtomicBool,
    delay: Duration,
}

/// Answers every question after this time. `GET /calls` says how often it was asked; `POST /down` makes it answer 503,
/// `POST /up` makes it answer again.
pub fn routes(delay: Duration) -> Router {
    let service = Arc::new(Service {
        delay,
        ..Service::default()
    });
    Router::new()
        .route("/calls", get(calls))
        .route("/down", post(down))
        .route("/up", post(up))
        .fallback(answer)
        .with_state(service)
}

async fn answer(State(service): State<Arc<Service>>, body: Bytes) -> Response {
    service.calls.fetch_add(1, Ordering::Relaxed);
    if service.down.load(Ordering::Relaxed) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    if !service.delay.is_zero() {
        tokio::time::sleep(service.delay).await;
    }
    (
        [(header::CONTENT_TYPE, "application/json")],
        format!(
            "[[{{\"label\":\"{}\",\"score\":0.75}},{{\"label\":\"OTHER\",\"score\":0.25}}]]",
            label_of(&body)
        ),
    )
        .into_response()
}

/// The label of a text is its first number, so that a wrong answer is seen: `{"inputs":"review 17 …"}` is `N17`.
fn label_of(body: &[u8]) -> String {
    let digits = body
        .iter()
        .skip_while(|byte| !byte.is_ascii_digit())
        .take_while(|byte| byte.is_ascii_digit())
        .map(|byte| char::from(*byte));
    std::iter::once('N').chain(digits).collect()
}

async fn calls(State(service): State<Arc<Service>>) -> String {
    service.calls.load(Ordering::Relaxed).to_string()
}

async fn down(State(service): State<Arc<Service>>) {
    service.down.store(true, Ordering::Relaxed);
}

async fn up(State(service): State<Arc<Service>>) {
    service.down.store(false, Ordering::Relaxed);
}

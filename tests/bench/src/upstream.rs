//! The model service. It does as little as possible, so that it does not dominate the measurements.

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

/// The state of the service.
#[derive(Default)]
struct Service {
    calls: AtomicU64,
    down: AtomicBool,
    delay: Duration,
}

/// Responds to every request after this delay. `GET /calls` returns the number of calls; after `POST /down` it responds
/// with status 503, and after `POST /up` normally again.
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

/// The label of a text is its first number, so that a wrong answer is detected: `{"inputs":"review 17 …"}` gives `N17`.
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

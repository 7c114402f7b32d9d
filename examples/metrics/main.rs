//! Metrics for Prometheus: `POST /sentiment` responds with the sentiment of a text, `GET /metrics` with the number and
//! the latency of predictions by source, the calls of the models, and the states of their circuit breakers.
//!
//! Without a token the model embedded in the runtime answers.

use std::time::Duration;

use axum::{
    Router,
    routing::{get, post},
};
use examples::serve;
use inference_runtime::prelude::*;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// The upper bounds of the histogram buckets, in seconds: hits take microseconds, calls take up to the timeout.
const BUCKETS: [f64; 10] = [0.000_1, 0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// How often the exporter does its upkeep.
const UPKEEP: Duration = Duration::from_secs(5);

#[infer(
    model = ["distilbert/distilbert-base-uncased-finetuned-sst-2-english", "local::sentiment"],
    task = "text-classification",
    cache = "5m",
    timeout = "5s",
    max_input = "64KB",
    name = "sentiment",
)]
async fn sentiment(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(format!("{} {:.3}\n", label.label, label.score))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    serve::log_to_stderr();
    // The recorder must be installed before the runtime is built, which describes its metrics to it.
    let metrics = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)?
        .install_recorder()?;
    tokio::spawn(upkeep(metrics.clone()));
    let inference = Inference::from_env()?;
    let app = Router::new()
        .route("/sentiment", post(sentiment))
        .route("/metrics", get(async move || metrics.render()))
        .layer(inference.layer());
    serve::until_ctrl_c(app, &inference).await
}

async fn upkeep(metrics: PrometheusHandle) {
    let mut ticks = tokio::time::interval(UPKEEP);
    loop {
        ticks.tick().await;
        metrics.run_upkeep();
    }
}

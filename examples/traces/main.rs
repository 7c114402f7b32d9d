//! Exports traces to an OpenTelemetry collector: `POST /sentiment` responds with the sentiment of a text, and the span
//! of each prediction is sent by OTLP to `OTEL_EXPORTER_OTLP_ENDPOINT` (default `http://localhost:4318`).
//!
//! It also runs without a collector. Without a token the model embedded in the runtime answers.

use std::io::IsTerminal;

use axum::{Router, routing::post};
use examples::serve;
use inference_runtime::prelude::*;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tracing::Level;
use tracing_subscriber::{
    EnvFilter, Layer, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt,
};

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
    let traces = SdkTracerProvider::builder()
        .with_resource(Resource::builder().with_service_name("traces").build())
        .with_batch_exporter(SpanExporter::builder().with_http().build()?)
        .build();
    // Only the runtime's spans are exported: spans of the exporter's connection would cause further spans.
    let export_layer = tracing_opentelemetry::layer()
        .with_tracer(traces.tracer("examples"))
        .with_filter(Targets::new().with_target("inference_runtime", Level::INFO));
    let log_filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::registry()
        .with(export_layer)
        .with(
            tracing_subscriber::fmt::layer()
                .with_ansi(std::io::stderr().is_terminal())
                .with_writer(std::io::stderr)
                .with_filter(log_filter),
        )
        .init();

    let inference = Inference::from_env()?;
    let app = Router::new()
        .route("/sentiment", post(sentiment))
        .layer(inference.layer());
    serve::until_ctrl_c(app, &inference).await?;
    // Sends the last spans, on a blocking thread because it may take long.
    if let Err(error) = tokio::task::spawn_blocking(move || traces.shutdown()).await? {
        eprintln!("some traces may be lost: {error}");
    }
    Ok(())
}

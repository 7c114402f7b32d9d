//! A service configured by its environment, with no layer on its router. It prints its address and exits when its
//! standard input is closed.

use std::process::ExitCode;

use axum::{Router, routing::post};
use inference_runtime::prelude::*;
use tokio::io::AsyncReadExt;

#[infer(
    model = "org/model",
    task = "text-classification",
    timeout = "5s",
    fallback = |error| Label::new(error.kind().as_str(), 0.0),
    name = "sentiment",
)]
async fn sentiment(text: String, #[prediction] label: Prediction<Label>) -> String {
    format!(
        "{} {} {}",
        label.label,
        label.source,
        label.model.as_deref().unwrap_or("none")
    )
}

#[infer(
    model = "org/model",
    task = "text-classification",
    timeout = "5s",
    attempt_timeout = "4s",
    retry = 1,
    fallback = |error| Label::new(error.kind().as_str(), 0.0),
    name = "bounded",
    allow(
        model = ["org/*", "local::sentiment"],
        timeout = "1s..=10s",
        cache = "..=1h",
        retry = ..=3,
        concurrency = 1..=64,
        hedge
    ),
)]
async fn bounded(text: String, #[prediction] label: Prediction<Label>) -> String {
    format!("{} {}", label.label, label.source)
}

#[infer(
    model = "org/model",
    task = "text-classification",
    fallback = Label::new("NEUTRAL", 0.0),
    name = "fixed",
    allow(),
)]
async fn fixed(text: String, #[prediction] label: Label) -> String {
    label.label
}

/// The effective settings of an operation, one per line.
async fn settings(inference: Inference, operation: String) -> String {
    let all = inference.settings();
    let found = all.iter().find(|settings| settings.operation == operation);
    let settings = found.into_iter().flat_map(|found| &found.settings);
    settings
        .map(|setting| {
            format!(
                "{} = {} ({})\n",
                setting.name, setting.value, setting.origin
            )
        })
        .collect()
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(std::io::stderr)
        .init();
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Box<dyn std::error::Error>> {
    Inference::from_env()?.set_process_default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let until_stdin_ends = async {
        let mut rest = Vec::new();
        let _ = tokio::io::stdin().read_to_end(&mut rest).await;
    };
    let app = Router::new()
        .route("/sentiment", post(sentiment))
        .route("/bounded", post(bounded))
        .route("/fixed", post(fixed))
        .route("/settings", post(settings));
    axum::serve(listener, app)
        .with_graceful_shutdown(until_stdin_ends)
        .await?;
    Ok(())
}

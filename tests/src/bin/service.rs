//! A service as an operator meets it: configured by its environment, and without a layer on its router. It prints its
//! address, and ends when its standard input does.

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
    let app = Router::new().route("/sentiment", post(sentiment));
    axum::serve(listener, app)
        .with_graceful_shutdown(until_stdin_ends)
        .await?;
    Ok(())
}

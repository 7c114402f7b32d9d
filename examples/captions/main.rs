//! Captions and labels of a picture: `POST /describe` with a form, and a page to try it.
//!
//! Two models process the picture concurrently. Each may fail independently.

use axum::{
    Json, Router,
    response::Html,
    routing::{get, post},
};
use examples::{PredictionResult, serve};
use inference_runtime::prelude::*;
use serde::Serialize;

const CAPTIONS: &str = "Salesforce/blip-image-captioning-large";

/// The largest picture, in bytes.
const LIMIT: usize = 5 << 20;

/// The response.
#[derive(Serialize)]
struct Description {
    caption: PredictionResult<String>,
    labels: PredictionResult<Vec<Label>>,
}

#[infer(input = picture, cache = "1h", timeout = "30s")]
async fn describe(
    picture: Upload,
    #[prediction(
        model = "Salesforce/blip-image-captioning-large",
        task = "image-to-text",
        name = "captions.caption"
    )]
    caption: Result<Prediction<String>, InferenceError>,
    #[prediction(
        model = "google/vit-base-patch16-224",
        task = "image-classification",
        name = "captions.labels"
    )]
    labels: Result<Prediction<Vec<Label>>, InferenceError>,
) -> Result<Json<Description>, InferenceError> {
    if let Err(error) = &caption
        && error.is_client_error()
    {
        return Err(error.clone());
    }
    Ok(Json(Description {
        caption: caption.into(),
        labels: labels.into(),
    }))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    serve::log_to_stderr();
    let inference = Inference::builder().env()?.max_media_bytes(LIMIT).build()?;
    let page = page(&inference);
    let app = Router::new()
        .route("/describe", post(describe))
        .route("/", get(async || Html(page)))
        .layer(inference.layer());
    serve::until_ctrl_c(app, &inference).await
}

/// Returns the page. Without a token its form is disabled, and a notice shows the reason.
fn page(inference: &Inference) -> String {
    let notice = examples::configuration_notice(inference, CAPTIONS);
    let state = if notice.is_empty() { "" } else { "disabled" };
    let limit = LIMIT.to_string();
    examples::page(
        include_str!("page.html"),
        &[("notice", &notice), ("state", state), ("limit", &limit)],
    )
}

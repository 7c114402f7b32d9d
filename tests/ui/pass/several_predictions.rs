use axum::{Json, Router, routing::post};
use inference_runtime::prelude::*;

#[derive(serde::Deserialize)]
struct Review {
    title: String,
    text: String,
}

#[infer(model = "org/name", task = "text-classification", timeout = "3s", fallback = Label::new("NEUTRAL", 0.0))]
async fn two(
    Json(review): Json<Review>,
    #[prediction(input = review.title)] title: Label,
    #[prediction(input = review.text, model = "org/other", cache = "5m")] text: Prediction<Label>,
) -> String {
    format!("{title:?} {text:?}")
}

#[infer(task = "text-classification")]
async fn four(
    Json(review): Json<Review>,
    #[prediction(model = "org/a", input = review.title)] a: Label,
    #[prediction(model = "org/b", input = review.text, preprocess = |text| text.to_uppercase())] b: Label,
    #[prediction(model = "org/c", input = review.text, postprocess = |labels| labels.len())] c: usize,
    #[prediction(model = "org/d", input = review.text)] Label { label, .. }: Label,
    #[prediction(model = "org/e", input = review.text)] e: Option<Vec<Label>>,
) -> Result<String, InferenceError> {
    Ok(format!("{a:?} {b:?} {c:?} {label} {e:?}"))
}

fn main() {
    let _: Router = Router::new().route("/two", post(two)).route("/four", post(four));
}

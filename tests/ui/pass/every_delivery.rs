use axum::{Router, routing::post};
use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification")]
async fn short(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[infer(model = "org/name", task = "text-classification")]
async fn whole(text: String, #[prediction] labels: Vec<Label>) -> Result<String, InferenceError> {
    Ok(format!("{labels:?}"))
}

#[infer(model = "org/name", task = "text-classification")]
async fn with_origin(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> axum::response::Result<String> {
    Ok(format!("{} {:?}", label.label, label.source))
}

#[infer(model = "org/name", task = "text-classification")]
async fn perhaps(text: String, #[prediction] label: Option<Label>) -> String {
    label.map_or(String::from("unknown"), |label| label.label)
}

#[infer(model = "org/name", task = "text-classification")]
async fn fallible(
    text: String,
    #[prediction] label: Result<Prediction<Label>, InferenceError>,
) -> String {
    match label {
        Ok(label) => label.value.label,
        Err(error) => error.to_string(),
    }
}

fn main() {
    let _: Router = Router::new()
        .route("/short", post(short))
        .route("/whole", post(whole))
        .route("/with_origin", post(with_origin))
        .route("/perhaps", post(perhaps))
        .route("/fallible", post(fallible));
}

use axum::{Router, http::StatusCode, routing::post};
use inference_runtime::prelude::*;

fn neutral() -> Label {
    Label::new("NEUTRAL", 0.0)
}

async fn ask_a_person(text: &str) -> Label {
    Label::new(text, 0.5)
}

#[infer(model = "org/name", task = "text-classification", fallback = neutral())]
async fn value(text: String, #[prediction] label: Label) -> String {
    label.label
}

#[infer(model = "org/name", task = "text-classification", fallback = ask_a_person(&text).await)]
async fn awaits(text: String, #[prediction] label: Label) -> String {
    label.label
}

#[infer(model = "org/name", task = "text-classification", fallback = Label::new(text, 0.0))]
async fn moves(text: String, #[prediction] label: Label) -> String {
    label.label
}

#[infer(model = "org/name", task = "text-classification", fallback = return Err(StatusCode::IM_A_TEAPOT))]
async fn leaves(text: String, #[prediction] label: Label) -> Result<String, StatusCode> {
    Ok(label.label)
}

#[infer(model = "org/name", task = "text-classification", fallback = |error| match error.kind() {
    ErrorKind::InvalidInput => return Err(StatusCode::BAD_REQUEST),
    _ => neutral(),
})]
async fn looks(text: String, #[prediction] label: Prediction<Label>) -> Result<String, StatusCode> {
    Ok(label.value.label)
}

#[infer(model = "org/name", task = "text-classification", fallback = |error: &InferenceError| Label::new(error.to_string(), 0.0))]
async fn borrows(text: String, #[prediction] mut label: Label) -> String {
    label.label.push('!');
    label.label
}

fn main() {
    let _: Router = Router::new()
        .route("/value", post(value))
        .route("/awaits", post(awaits))
        .route("/moves", post(moves))
        .route("/leaves", post(leaves))
        .route("/looks", post(looks))
        .route("/borrows", post(borrows));
}

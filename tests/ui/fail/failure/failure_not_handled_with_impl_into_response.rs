use axum::response::IntoResponse;
use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification")]
async fn handler(text: String, #[prediction] label: Label) -> impl IntoResponse {
    label.label
}

fn main() {}

use axum::{
    Form, Json, Router,
    extract::{Path, Query},
    routing::{get, post},
};
use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification")]
async fn plain(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[infer(model = "org/name", task = "text-classification")]
async fn json(Json(text): Json<String>, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[infer(model = "org/name", task = "text-classification")]
async fn form(Form(text): Form<String>, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[infer(model = "org/name", task = "text-classification")]
async fn query(text: Query<String>, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[infer(model = "org/name", task = "text-classification")]
async fn path(#[prediction] label: Label, Path(text): Path<String>) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[infer(model = "org/name", task = "text-classification", input = format!("{title}: {text}"))]
async fn made(
    Query((title, text)): Query<(String, String)>,
    #[prediction] label: Label,
) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[infer(model = "org/name", task = "text-classification", input = if text.is_empty() { "nothing" } else { &text })]
async fn chosen(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {
    let _: Router = Router::new()
        .route("/plain", post(plain))
        .route("/json", post(json))
        .route("/form", post(form))
        .route("/query", get(query))
        .route("/path/{text}", get(path))
        .route("/made", get(made))
        .route("/chosen", post(chosen));
}

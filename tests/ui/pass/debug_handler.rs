use axum::{Json, Router, extract::State, response::IntoResponse, routing::post};
use inference_runtime::prelude::*;

#[derive(Clone)]
struct App {
    greeting: String,
}

#[infer(model = "org/name", task = "text-classification", fallback = Label::new("NEUTRAL", 0.0))]
#[axum::debug_handler]
async fn without_state(Json(text): Json<String>, #[prediction] label: Label) -> impl IntoResponse {
    Json(label)
}

#[infer(model = "org/name", task = "text-classification", fallback = Label::new("NEUTRAL", 0.0))]
#[axum::debug_handler]
async fn with_state(
    State(app): State<App>,
    Json(text): Json<String>,
    #[prediction] label: Label,
) -> impl IntoResponse {
    format!("{}: {}", app.greeting, label.label)
}

fn main() {
    let _: Router = Router::new()
        .route("/with_state", post(with_state))
        .with_state(App { greeting: String::from("hello") })
        .route("/without_state", post(without_state));
}

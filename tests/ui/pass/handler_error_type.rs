use axum::{Router, http::StatusCode, response::{IntoResponse, Response}, routing::post};
use inference_runtime::prelude::*;

enum AppError {
    Inference(InferenceError),
    Rejected,
}

type AppResult<T> = Result<T, AppError>;

impl From<InferenceError> for AppError {
    fn from(error: InferenceError) -> Self {
        Self::Inference(error)
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        match self {
            Self::Inference(error) => error.into_response(),
            Self::Rejected => StatusCode::IM_A_TEAPOT.into_response(),
        }
    }
}

#[infer(model = "org/name", task = "text-classification")]
async fn handler(text: String, #[prediction] label: Label) -> AppResult<String> {
    if label.label == "NEGATIVE" {
        return Err(AppError::Rejected);
    }
    Ok(label.label)
}

fn main() {
    let _: Router = Router::new().route("/", post(handler));
}

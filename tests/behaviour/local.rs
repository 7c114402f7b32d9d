//! The embedded model.

use axum::{Json, Router, routing::post};
use inference_runtime::{
    Operation, Task,
    operation::{Model, Spec},
    prelude::*,
    task::{Accepts, Summarization, TextClassification},
};
use inference_tests::{client::post_text, models::sentiment};
use serde_json::json;

#[infer(model = "local::sentiment", task = "text-classification")]
async fn all_labels(
    text: String,
    #[prediction] labels: Prediction<Vec<Label>>,
) -> Result<Json<Vec<Label>>, InferenceError> {
    assert_eq!(labels.model.as_deref(), Some("local::sentiment"));
    assert_eq!(labels.provider, None);
    Ok(Json(labels.into_inner()))
}

#[infer(
    model = "local::sentiment",
    task = "text-classification",
    parameters(top_k = 1)
)]
async fn best(
    text: String,
    #[prediction] labels: Vec<Label>,
) -> Result<Json<Vec<Label>>, InferenceError> {
    Ok(Json(labels))
}

#[infer(
    model = "local::sentiment",
    task = "text-classification",
    parameters(function_to_apply = "none")
)]
async fn raw(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

/// Calls an operation that the macro rejects, but that a configuration can produce.
async fn call_error<T: Task<Input = String> + Accepts<str>>(
    operation: &'static Operation<T>,
) -> InferenceError {
    let inference = Inference::builder()
        .build()
        .expect("the runtime should build");
    let outcome = operation.call(&inference, "A text.").predict().await;
    outcome.err().expect("the call should fail")
}

#[tokio::test]
async fn unknown_local_model_is_reported_with_the_available_one() {
    static MODELS: [Model; 1] = [Model::new("local", "sentimant", "")];
    static UNKNOWN: Operation<TextClassification> = Operation::new(Spec::new("unknown", &MODELS));
    let error = call_error(&UNKNOWN).await;
    assert_eq!(error.kind(), ErrorKind::ModelNotFound);
    assert_eq!(
        error.to_string(),
        "unknown local model `sentimant`; help: did you mean `local::sentiment`?"
    );
}

#[tokio::test]
async fn unsupported_task_or_parameter_is_reported() {
    static MODELS: [Model; 1] = [Model::new("local", "sentiment", "")];
    static SUMMARY: Operation<Summarization> = Operation::new(Spec::new("summary", &MODELS));
    let error = call_error(&SUMMARY).await;
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(
        error.to_string(),
        "`local::sentiment` does not support `summarization`; help: it supports `text-classification`"
    );

    let reply = post_text(&builtin(), "/raw", "A text.").await;
    assert_eq!(
        (reply.status.as_u16(), reply.problem_kind()),
        (500, "unsupported".to_owned())
    );
}

fn app(inference: &Inference) -> Router {
    Router::new()
        .route("/all_labels", post(all_labels))
        .route("/best", post(best))
        .route("/raw", post(raw))
        .layer(inference.layer())
}

fn builtin() -> Router {
    app(&Inference::builder()
        .build()
        .expect("the runtime should build"))
}

#[tokio::test]
async fn local_model_classifies_without_configuration() {
    let app = builtin();
    for (text, label) in [
        ("A wonderful, moving film.", "POSITIVE"),
        ("The worst service I have ever had.", "NEGATIVE"),
    ] {
        let labels = post_text(&app, "/all_labels", text).await.json();
        assert_eq!(labels[0]["label"], label, "{labels}");
        let scores: Vec<f64> = (0..2)
            .map(|i| {
                labels[i]["score"]
                    .as_f64()
                    .expect("the score should be a number")
            })
            .collect();
        assert!(scores[0] > scores[1], "{labels}");
        assert!((scores[0] + scores[1] - 1.0).abs() < 1e-6, "{labels}");
    }
}

#[tokio::test]
async fn top_k_limits_the_number_of_labels() {
    let labels = post_text(&builtin(), "/best", "A wonderful film.")
        .await
        .json();
    assert_eq!(labels.as_array().map(Vec::len), Some(1), "{labels}");
}

#[tokio::test]
async fn long_text_is_classified() {
    let app = builtin();
    let short = "What a wonderful, moving film! ";
    let long = short.repeat(10_000);
    let labels = post_text(&app, "/all_labels", &long).await.json();
    assert_eq!(labels[0]["label"], "POSITIVE");
}

#[tokio::test]
async fn custom_backend_replaces_the_local_model() {
    let (calls, custom) = sentiment();
    let inference = Inference::builder()
        .backend("local", custom)
        .build()
        .expect("the runtime should build");
    let labels = post_text(&app(&inference), "/best", "good").await.json();
    assert_eq!(labels[0], json!({"label": "POSITIVE", "score": 0.9}));
    assert_eq!(calls.count(), 1);
}

//! The model inside the process.

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
async fn both(
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

/// What the macro refuses to write, and a configuration may still say.
async fn asked<T: Task<Input = String> + Accepts<str>>(
    operation: &'static Operation<T>,
) -> InferenceError {
    let inference = Inference::builder().build().expect("a runtime");
    let outcome = operation.call(&inference, "A text.").predict().await;
    outcome.err().expect("a failure")
}

#[tokio::test]
async fn what_is_not_there_it_says() {
    static MODELS: [Model; 1] = [Model::new("local", "sentimant", "")];
    static UNKNOWN: Operation<TextClassification> = Operation::new(Spec::new("unknown", &MODELS));
    let error = asked(&UNKNOWN).await;
    assert_eq!(error.kind(), ErrorKind::ModelNotFound);
    assert_eq!(
        error.to_string(),
        "there is no local model `sentimant`; help: did you mean `local::sentiment`?"
    );
}

#[tokio::test]
async fn what_it_cannot_do_it_says() {
    static MODELS: [Model; 1] = [Model::new("local", "sentiment", "")];
    static SUMMARY: Operation<Summarization> = Operation::new(Spec::new("summary", &MODELS));
    let error = asked(&SUMMARY).await;
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(
        error.to_string(),
        "`local::sentiment` cannot do `summarization`; help: it is for `text-classification`"
    );

    let reply = post_text(&builtin(), "/raw", "A text.").await;
    assert_eq!(
        (reply.status.as_u16(), reply.problem()),
        (500, "unsupported".to_owned())
    );
}

fn app(inference: &Inference) -> Router {
    Router::new()
        .route("/both", post(both))
        .route("/best", post(best))
        .route("/raw", post(raw))
        .layer(inference.layer())
}

fn builtin() -> Router {
    app(&Inference::builder().build().expect("a runtime"))
}

#[tokio::test]
async fn it_is_there_without_a_word_of_configuration() {
    let app = builtin();
    for (text, label) in [
        ("A wonderful, moving film.", "POSITIVE"),
        ("The worst service I have ever had.", "NEGATIVE"),
    ] {
        let labels = post_text(&app, "/both", text).await.json();
        assert_eq!(labels[0]["label"], label, "{labels}");
        let scores: Vec<f64> = (0..2)
            .map(|i| labels[i]["score"].as_f64().expect("a score"))
            .collect();
        assert!(scores[0] > scores[1], "{labels}");
        assert!((scores[0] + scores[1] - 1.0).abs() < 1e-6, "{labels}");
    }
}

#[tokio::test]
async fn it_gives_as_many_labels_as_were_asked_for() {
    let labels = post_text(&builtin(), "/best", "A wonderful film.")
        .await
        .json();
    assert_eq!(labels.as_array().map(Vec::len), Some(1), "{labels}");
}

#[tokio::test]
async fn a_long_text_is_read_like_a_short_one() {
    let app = builtin();
    let short = "What a wonderful, moving film! ";
    let long = short.repeat(10_000);
    let labels = post_text(&app, "/both", &long).await.json();
    assert_eq!(labels[0]["label"], "POSITIVE");
}

#[tokio::test]
async fn a_backend_of_ones_own_takes_its_place() {
    let (calls, mine) = sentiment();
    let inference = Inference::builder()
        .backend("local", mine)
        .build()
        .expect("a runtime");
    let labels = post_text(&app(&inference), "/best", "good").await.json();
    assert_eq!(labels[0], json!({"label": "POSITIVE", "score": 0.9}));
    assert_eq!(calls.count(), 1);
}

//! Deliveries: the type of the `#[prediction]` parameter decides what the handler receives.

use std::time::Duration;

use axum::{Router, routing::post};
use inference_runtime::{
    Backend, Call, Receive,
    backend::{Request, from_fn},
    prelude::*,
    task::TextClassification,
};
use inference_tests::{
    client::{Reply, post_text},
    models::{failing, labels, runtime},
};

const LABELS: [(&str, f64); 3] = [("joy", 0.2), ("anger", 0.7), ("fear", 0.1)];

async fn request(handler: axum::routing::MethodRouter, backend: impl Backend) -> Reply {
    let app = Router::new()
        .route("/", handler)
        .layer(runtime(backend).layer());
    post_text(&app, "/", "some text").await
}

fn available() -> impl Backend {
    from_fn(|_: Request| async { Ok(labels(&LABELS)) })
}

fn unreachable() -> impl Backend {
    failing(
        InferenceError::new(ErrorKind::Unreachable, "no connection")
            .with_retry_after(Duration::from_millis(2_500)),
    )
    .1
}

#[infer(model = "org/model", task = "text-classification")]
async fn best(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[infer(model = "org/model", task = "text-classification")]
async fn all(text: String, #[prediction] labels: Vec<Label>) -> Result<String, InferenceError> {
    Ok(labels
        .into_iter()
        .map(|label| label.label)
        .collect::<Vec<_>>()
        .join(" "))
}

#[infer(model = "org/model", task = "text-classification")]
async fn with_origin(
    text: String,
    #[prediction] labels: Prediction<Vec<Label>>,
) -> Result<String, InferenceError> {
    assert!(labels.age.is_none());
    assert!(labels.elapsed > Duration::ZERO);
    Ok(format!(
        "{} {} {:?}",
        labels.len(),
        labels.source,
        labels.model
    ))
}

#[infer(model = "org/model", task = "text-classification")]
async fn optional(text: String, #[prediction] label: Option<Label>) -> String {
    label.map_or("nothing".to_owned(), |label| label.label)
}

#[infer(model = "org/model", task = "text-classification")]
async fn fallible(text: String, #[prediction] label: Result<Label, InferenceError>) -> String {
    match label {
        Ok(label) => label.label,
        Err(error) => format!("{} {:?}", error.kind(), error.retry_after()),
    }
}

#[infer(model = "org/model", task = "text-classification")]
async fn fallible_with_origin(
    text: String,
    #[prediction] label: Result<Prediction<Label>, InferenceError>,
) -> String {
    label.map_or("nothing".to_owned(), |label| {
        format!("{} {}", label.label, label.source)
    })
}

#[infer(model = "org/model", task = "text-classification")]
async fn optional_with_origin(
    text: String,
    #[prediction] label: Option<Prediction<Label>>,
) -> String {
    label.map_or("nothing".to_owned(), |label| {
        format!("{} {}", label.label, label.source)
    })
}

#[infer(model = "org/model", task = "text-classification", fallback = Label::new("none", 0.0))]
async fn with_fallback(text: String, #[prediction] label: Label) -> String {
    label.label
}

#[infer(model = "org/model", task = "text-classification", fallback = Label::new("none", 0.0))]
async fn with_fallback_and_origin(text: String, #[prediction] label: Prediction<Label>) -> String {
    assert!(label.elapsed > Duration::ZERO);
    format!("{} {} {:?}", label.label, label.source, label.model)
}

/// A user-defined delivery.
struct Anger(f64);

impl Receive<TextClassification> for Anger {
    type Value = f64;

    async fn receive(call: Call<'_, TextClassification>) -> Result<Self, InferenceError> {
        let labels = call.predict().await?.into_inner();
        Ok(Self(
            labels
                .iter()
                .find(|label| label.label == "anger")
                .map_or(0.0, |label| label.score),
        ))
    }

    fn from_fallback(value: f64) -> Self {
        Self(value)
    }
}

#[infer(model = "org/model", task = "text-classification", fallback = -1.0)]
async fn custom(text: String, #[prediction] anger: Anger) -> String {
    anger.0.to_string()
}

#[infer(model = "org/model", task = "text-classification", fallback = -1.0)]
async fn custom_with_origin(text: String, #[prediction] anger: Prediction<Anger>) -> String {
    format!("{} {}", anger.0, anger.source)
}

#[tokio::test]
async fn every_delivery_receives_a_successful_prediction() {
    assert_eq!(request(post(best), available()).await.text(), "anger");
    assert_eq!(
        request(post(all), available()).await.text(),
        "anger joy fear"
    );
    assert_eq!(
        request(post(with_origin), available()).await.text(),
        "3 model Some(\"org/model\")"
    );
    assert_eq!(request(post(optional), available()).await.text(), "anger");
    assert_eq!(request(post(fallible), available()).await.text(), "anger");
    assert_eq!(
        request(post(fallible_with_origin), available())
            .await
            .text(),
        "anger model"
    );
    assert_eq!(
        request(post(optional_with_origin), available())
            .await
            .text(),
        "anger model"
    );
    assert_eq!(
        request(post(with_fallback), available()).await.text(),
        "anger"
    );
    assert_eq!(
        request(post(with_fallback_and_origin), available())
            .await
            .text(),
        "anger model Some(\"org/model\")"
    );
    assert_eq!(request(post(custom), available()).await.text(), "0.7");
    assert_eq!(
        request(post(custom_with_origin), available()).await.text(),
        "0.7 model"
    );
}

#[tokio::test]
async fn every_delivery_receives_a_failed_prediction() {
    for handler in [post(best), post(all), post(with_origin)] {
        let reply = request(handler, unreachable()).await;
        assert_eq!(reply.status, 503);
        assert_eq!(reply.problem_kind(), "unreachable");
        assert_eq!(
            reply.header("retry-after"),
            "3",
            "`retry-after` should be rounded up"
        );
        assert_eq!(reply.header("x-inference-source"), "error");
    }
    for handler in [
        post(optional),
        post(fallible_with_origin),
        post(optional_with_origin),
    ] {
        let reply = request(handler, unreachable()).await;
        assert_eq!((reply.status.as_u16(), reply.text()), (200, "nothing"));
    }
    assert_eq!(
        request(post(fallible), unreachable()).await.text(),
        "unreachable Some(2.5s)"
    );
    assert_eq!(
        request(post(with_fallback), unreachable()).await.text(),
        "none"
    );
    assert_eq!(
        request(post(with_fallback_and_origin), unreachable())
            .await
            .text(),
        "none fallback None"
    );
    assert_eq!(request(post(custom), unreachable()).await.text(), "-1");
    assert_eq!(
        request(post(custom_with_origin), unreachable())
            .await
            .text(),
        "-1 fallback"
    );
}

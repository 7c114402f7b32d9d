//! `preprocess` and `postprocess`, in every form they can be written.

use std::fmt;

use axum::{Json, Router, routing::post};
use inference_runtime::{
    Backend,
    backend::{Request, from_fn},
    prelude::*,
};
use inference_tests::{
    client::{Reply, post_json, post_text},
    logs::Logs,
    models::{failing, labels, runtime},
};
use serde_json::json;

/// A model that returns its input as the label.
fn echo() -> impl Backend {
    from_fn(|request: Request| async move {
        let text = request.inputs();
        Ok(labels(&[(text.as_str().unwrap_or("not text"), 1.0)]))
    })
}

fn overloaded() -> impl Backend {
    failing(InferenceError::new(ErrorKind::Overloaded, "busy")).1
}

async fn request(handler: axum::routing::MethodRouter, backend: impl Backend, text: &str) -> Reply {
    post_text(
        &Router::new()
            .route("/", handler)
            .layer(runtime(backend).layer()),
        "/",
        text,
    )
    .await
}

#[derive(Debug)]
struct Empty;

impl fmt::Display for Empty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the text is empty")
    }
}

impl std::error::Error for Empty {}

fn trim(text: &str) -> String {
    text.trim().to_owned()
}

async fn trim_async(text: &str) -> String {
    tokio::task::yield_now().await;
    text.trim().to_owned()
}

fn try_trim(text: &str) -> Result<String, Empty> {
    let text = text.trim();
    if text.is_empty() {
        Err(Empty)
    } else {
        Ok(text.to_owned())
    }
}

async fn try_trim_async(text: &str) -> Result<String, Empty> {
    tokio::task::yield_now().await;
    try_trim(text)
}

macro_rules! trimming {
    ($($name:ident = $hook:expr),+ $(,)?) => {$(
        #[infer(model = "org/model", task = "text-classification", preprocess = $hook)]
        async fn $name(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
            Ok(label.label)
        }
    )+};
}

trimming!(
    path = trim,
    async_path = trim_async,
    fallible_path = try_trim,
    async_fallible_path = try_trim_async,
    closure = |text| text.trim().to_owned(),
    typed_closure = |text: &str| text.trim().to_owned(),
    async_closure = async |text: &String| text.trim().to_owned(),
    fallible_closure = |text: &str| if text.trim().is_empty() {
        Err(Empty)
    } else {
        Ok(text.trim().to_owned())
    },
    text_error = |text: &str| if text.trim().is_empty() {
        Err("empty")
    } else {
        Ok(text.trim().to_owned())
    },
);

#[tokio::test]
async fn preprocess_changes_the_input() {
    for handler in [
        post(path),
        post(async_path),
        post(fallible_path),
        post(async_fallible_path),
        post(closure),
        post(typed_closure),
        post(async_closure),
        post(fallible_closure),
        post(text_error),
    ] {
        assert_eq!(request(handler, echo(), "  so so  ").await.text(), "so so");
    }
}

#[tokio::test]
async fn input_rejected_by_preprocess_is_a_client_error() {
    for handler in [
        post(fallible_path),
        post(async_fallible_path),
        post(fallible_closure),
        post(text_error),
    ] {
        let reply = request(handler, echo(), "   ").await;
        assert_eq!(reply.status, 422);
        assert_eq!(reply.problem_kind(), "invalid_input");
    }
}

#[derive(serde::Deserialize)]
struct Review {
    title: String,
    text: String,
}

fn title_and_text(review: &Review) -> String {
    format!("{}: {}", review.title, review.text)
}

#[infer(model = "org/model", task = "text-classification", preprocess = title_and_text)]
async fn struct_input(
    Json(review): Json<Review>,
    #[prediction] label: Label,
) -> Result<String, InferenceError> {
    Ok(format!("{} ({})", label.label, review.title))
}

#[tokio::test]
async fn preprocess_turns_a_struct_into_text() {
    let app = Router::new()
        .route("/", post(struct_input))
        .layer(runtime(echo()).layer());
    let reply = post_json(&app, "/", &json!({"title": "Film", "text": "so so"})).await;
    assert_eq!(reply.text(), "Film: so so (Film)");
}

#[infer(
    model = "org/model",
    task = "text-classification",
    preprocess = try_trim,
    fallback = |error| Label::new(error.kind().as_str(), 0.0),
)]
async fn rejected_with_fallback(text: String, #[prediction] label: Label) -> String {
    label.label
}

#[tokio::test]
async fn rejected_input_uses_the_fallback_of_an_infallible_handler() {
    assert_eq!(
        request(post(rejected_with_fallback), echo(), " ")
            .await
            .text(),
        "invalid_input"
    );
    assert_eq!(
        request(post(rejected_with_fallback), echo(), " x ")
            .await
            .text(),
        "x"
    );
}

#[derive(Debug, PartialEq)]
struct Mood(String);

impl From<Vec<Label>> for Mood {
    fn from(labels: Vec<Label>) -> Self {
        Self(labels.into_iter().map(|label| label.label).collect())
    }
}

fn mood(labels: Vec<Label>) -> Mood {
    labels.into()
}

async fn mood_async_fn(labels: Vec<Label>) -> Mood {
    tokio::task::yield_now().await;
    labels.into()
}

fn try_mood(labels: Vec<Label>) -> Result<Mood, Empty> {
    let mood = mood(labels);
    if mood.0 == "nothing" {
        Err(Empty)
    } else {
        Ok(mood)
    }
}

async fn try_mood_async(labels: Vec<Label>) -> Result<Mood, Empty> {
    tokio::task::yield_now().await;
    try_mood(labels)
}

macro_rules! moods {
    ($($name:ident = $hook:expr),+ $(,)?) => {$(
        #[infer(model = "org/model", task = "text-classification", postprocess = $hook)]
        async fn $name(text: String, #[prediction] mood: Mood) -> Result<String, InferenceError> {
            Ok(mood.0)
        }
    )+};
}

moods!(
    mood_path = mood,
    mood_async = mood_async_fn,
    mood_fallible = try_mood,
    mood_async_fallible = try_mood_async,
    mood_from = From::from,
    mood_own_from = Mood::from,
    mood_closure = |labels| Mood(labels[0].label.clone()),
    mood_async_closure = async |labels: Vec<Label>| Mood(labels[0].label.clone()),
);

#[tokio::test]
async fn postprocess_changes_the_output() {
    for handler in [
        post(mood_path),
        post(mood_async),
        post(mood_fallible),
        post(mood_async_fallible),
        post(mood_from),
        post(mood_own_from),
        post(mood_closure),
        post(mood_async_closure),
    ] {
        assert_eq!(request(handler, echo(), "calm").await.text(), "calm");
    }
}

#[tokio::test]
async fn output_rejected_by_postprocess_is_an_unexpected_output() {
    for handler in [post(mood_fallible), post(mood_async_fallible)] {
        let reply = request(handler, echo(), "nothing").await;
        assert_eq!(reply.status, 502);
        assert_eq!(reply.problem_kind(), "unexpected_output");
    }
}

#[tokio::test]
async fn rejected_output_counts_as_failed_in_headers_statistics_and_log() {
    let logs = Logs::capture();
    for (handler, source) in [
        (post(mood_fallible), "error"),
        (post(mood_with_fallback), "fallback"),
    ] {
        let inference = runtime(echo());
        let app = Router::new().route("/", handler).layer(inference.layer());
        let reply = post_text(&app, "/", "nothing").await;
        assert_eq!(reply.header("x-inference-source"), source);
        assert_eq!(inference.statistics().failed(), 1);
    }
    let failures = logs.failures();
    assert_eq!(failures.len(), 2, "{failures:?}");
    assert!(
        failures[0].contains("`postprocess` rejected the output"),
        "{failures:?}"
    );
    assert!(failures[0].contains("the text is empty"), "{failures:?}");
}

#[infer(model = "org/model", task = "text-classification", postprocess = try_mood, cache = "1m")]
async fn mood_with_origin(
    text: String,
    #[prediction] mood: Prediction<Mood>,
) -> Result<String, InferenceError> {
    Ok(format!("{} {}", mood.0, mood.source))
}

#[infer(model = "org/model", task = "text-classification", postprocess = try_mood)]
async fn mood_optional(text: String, #[prediction] mood: Option<Mood>) -> String {
    mood.map_or("none".to_owned(), |mood| mood.0)
}

#[infer(model = "org/model", task = "text-classification", postprocess = try_mood)]
async fn mood_result(
    text: String,
    #[prediction] mood: Result<Prediction<Mood>, InferenceError>,
) -> String {
    mood.map_or_else(
        |error| error.kind().to_string(),
        |mood| format!("{} {}", mood.0, mood.source),
    )
}

#[infer(
    model = "org/model",
    task = "text-classification",
    postprocess = try_mood,
    fallback = Mood("calm".to_owned()),
)]
async fn mood_with_fallback(text: String, #[prediction] mood: Prediction<Mood>) -> String {
    format!("{} {}", mood.0, mood.source)
}

#[tokio::test]
async fn postprocess_works_with_every_delivery() {
    assert_eq!(
        request(post(mood_optional), echo(), "calm").await.text(),
        "calm"
    );
    assert_eq!(
        request(post(mood_optional), overloaded(), "calm")
            .await
            .text(),
        "none"
    );
    assert_eq!(
        request(post(mood_result), echo(), "calm").await.text(),
        "calm model"
    );
    assert_eq!(
        request(post(mood_result), echo(), "nothing").await.text(),
        "unexpected_output"
    );
    assert_eq!(
        request(post(mood_result), overloaded(), "calm")
            .await
            .text(),
        "overloaded"
    );
    assert_eq!(
        request(post(mood_with_fallback), echo(), "glad")
            .await
            .text(),
        "glad model"
    );
    assert_eq!(
        request(post(mood_with_fallback), echo(), "nothing")
            .await
            .text(),
        "calm fallback"
    );
    assert_eq!(
        request(post(mood_with_fallback), overloaded(), "glad")
            .await
            .text(),
        "calm fallback"
    );
}

#[tokio::test]
async fn cache_stores_the_model_output_before_postprocess() {
    let app = Router::new()
        .route("/", post(mood_with_origin))
        .layer(runtime(echo()).layer());
    assert_eq!(post_text(&app, "/", "calm").await.text(), "calm model");
    assert_eq!(post_text(&app, "/", "calm").await.text(), "calm cache");
    // Rejection by `postprocess` does not prevent storing the model's answer, so the second request is a hit.
    assert_eq!(post_text(&app, "/", "nothing").await.status, 502);
    let again = post_text(&app, "/", "nothing").await;
    assert_eq!(again.status, 502);
    assert!(again.header("cache-status").contains("hit"), "{again:?}");
}

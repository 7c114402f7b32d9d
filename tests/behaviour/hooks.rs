//! `preprocess` and `postprocess`, in every way they can be written.

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

/// A model that answers with the text it was asked about.
fn echo() -> impl Backend {
    from_fn(|request: Request| async move {
        let text = request.inputs();
        Ok(labels(&[(text.as_str().unwrap_or("not text"), 1.0)]))
    })
}

fn down() -> impl Backend {
    failing(InferenceError::new(ErrorKind::Overloaded, "busy")).1
}

async fn ask(handler: axum::routing::MethodRouter, backend: impl Backend, text: &str) -> Reply {
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

async fn trim_later(text: &str) -> String {
    tokio::task::yield_now().await;
    text.trim().to_owned()
}

fn trim_or_refuse(text: &str) -> Result<String, Empty> {
    let text = text.trim();
    if text.is_empty() {
        Err(Empty)
    } else {
        Ok(text.to_owned())
    }
}

async fn trim_later_or_refuse(text: &str) -> Result<String, Empty> {
    tokio::task::yield_now().await;
    trim_or_refuse(text)
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
    async_path = trim_later,
    fallible_path = trim_or_refuse,
    async_fallible_path = trim_later_or_refuse,
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
        assert_eq!(ask(handler, echo(), "  so so  ").await.text(), "so so");
    }
}

#[tokio::test]
async fn what_preprocess_refuses_is_the_callers_mistake() {
    for handler in [
        post(fallible_path),
        post(async_fallible_path),
        post(fallible_closure),
        post(text_error),
    ] {
        let reply = ask(handler, echo(), "   ").await;
        assert_eq!(reply.status, 422);
        assert_eq!(reply.problem(), "invalid_input");
    }
}

#[derive(serde::Deserialize)]
struct Review {
    title: String,
    text: String,
}

fn whole(review: &Review) -> String {
    format!("{}: {}", review.title, review.text)
}

#[infer(model = "org/model", task = "text-classification", preprocess = whole)]
async fn of_a_struct(
    Json(review): Json<Review>,
    #[prediction] label: Label,
) -> Result<String, InferenceError> {
    Ok(format!("{} ({})", label.label, review.title))
}

#[tokio::test]
async fn preprocess_makes_text_of_a_struct() {
    let app = Router::new()
        .route("/", post(of_a_struct))
        .layer(runtime(echo()).layer());
    let reply = post_json(&app, "/", &json!({"title": "Film", "text": "so so"})).await;
    assert_eq!(reply.text(), "Film: so so (Film)");
}

#[infer(
    model = "org/model",
    task = "text-classification",
    preprocess = trim_or_refuse,
    fallback = |error| Label::new(error.kind().as_str(), 0.0),
)]
async fn refused_with_fallback(text: String, #[prediction] label: Label) -> String {
    label.label
}

#[tokio::test]
async fn a_handler_that_cannot_fail_answers_a_refused_input_with_its_fallback() {
    assert_eq!(
        ask(post(refused_with_fallback), echo(), " ").await.text(),
        "invalid_input"
    );
    assert_eq!(
        ask(post(refused_with_fallback), echo(), " x ").await.text(),
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

async fn mood_later(labels: Vec<Label>) -> Mood {
    tokio::task::yield_now().await;
    labels.into()
}

fn mood_or_refuse(labels: Vec<Label>) -> Result<Mood, Empty> {
    let mood = mood(labels);
    if mood.0 == "nothing" {
        Err(Empty)
    } else {
        Ok(mood)
    }
}

async fn mood_later_or_refuse(labels: Vec<Label>) -> Result<Mood, Empty> {
    tokio::task::yield_now().await;
    mood_or_refuse(labels)
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
    mood_async = mood_later,
    mood_fallible = mood_or_refuse,
    mood_async_fallible = mood_later_or_refuse,
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
        assert_eq!(ask(handler, echo(), "calm").await.text(), "calm");
    }
}

#[tokio::test]
async fn what_postprocess_refuses_is_an_output_of_no_use() {
    for handler in [post(mood_fallible), post(mood_async_fallible)] {
        let reply = ask(handler, echo(), "nothing").await;
        assert_eq!(reply.status, 502);
        assert_eq!(reply.problem(), "unexpected_output");
    }
}

#[tokio::test]
async fn a_refused_output_is_a_failed_prediction_in_headers_statistics_and_log() {
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

#[infer(model = "org/model", task = "text-classification", postprocess = mood_or_refuse, cache = "1m")]
async fn mood_with_origin(
    text: String,
    #[prediction] mood: Prediction<Mood>,
) -> Result<String, InferenceError> {
    Ok(format!("{} {}", mood.0, mood.source))
}

#[infer(model = "org/model", task = "text-classification", postprocess = mood_or_refuse)]
async fn mood_optional(text: String, #[prediction] mood: Option<Mood>) -> String {
    mood.map_or("none".to_owned(), |mood| mood.0)
}

#[infer(model = "org/model", task = "text-classification", postprocess = mood_or_refuse)]
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
    postprocess = mood_or_refuse,
    fallback = Mood("calm".to_owned()),
)]
async fn mood_with_fallback(text: String, #[prediction] mood: Prediction<Mood>) -> String {
    format!("{} {}", mood.0, mood.source)
}

#[tokio::test]
async fn postprocess_in_every_form_of_delivery() {
    assert_eq!(
        ask(post(mood_optional), echo(), "calm").await.text(),
        "calm"
    );
    assert_eq!(
        ask(post(mood_optional), down(), "calm").await.text(),
        "none"
    );
    assert_eq!(
        ask(post(mood_result), echo(), "calm").await.text(),
        "calm model"
    );
    assert_eq!(
        ask(post(mood_result), echo(), "nothing").await.text(),
        "unexpected_output"
    );
    assert_eq!(
        ask(post(mood_result), down(), "calm").await.text(),
        "overloaded"
    );
    assert_eq!(
        ask(post(mood_with_fallback), echo(), "glad").await.text(),
        "glad model"
    );
    assert_eq!(
        ask(post(mood_with_fallback), echo(), "nothing")
            .await
            .text(),
        "calm fallback"
    );
    assert_eq!(
        ask(post(mood_with_fallback), down(), "glad").await.text(),
        "calm fallback"
    );
}

#[tokio::test]
async fn the_cache_keeps_the_models_answer_and_not_what_was_made_of_it() {
    let app = Router::new()
        .route("/", post(mood_with_origin))
        .layer(runtime(echo()).layer());
    assert_eq!(post_text(&app, "/", "calm").await.text(), "calm model");
    assert_eq!(post_text(&app, "/", "calm").await.text(), "calm cache");
    // Refused after the cache as before it: the answer was the model's, and kept.
    assert_eq!(post_text(&app, "/", "nothing").await.status, 502);
    let again = post_text(&app, "/", "nothing").await;
    assert_eq!(again.status, 502);
    assert!(again.header("cache-status").contains("hit"), "{again:?}");
}

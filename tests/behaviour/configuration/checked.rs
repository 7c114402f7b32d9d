//! `Inference::check`, which reports models that cannot be called.

use axum::Json;
use futures_util::future::{BoxFuture, FutureExt};
use inference_runtime::{
    Backend, Impact, ModelIssue,
    backend::{Request, Response},
    prelude::*,
};

/// A backend without its key.
struct WithoutKey;

impl Backend for WithoutKey {
    fn call<'a>(&'a self, _: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
        async { panic!("called although it is not configured") }.boxed()
    }

    fn check_configured(&self) -> Result<(), InferenceError> {
        Err(InferenceError::new(
            ErrorKind::NotConfigured,
            "no key; help: set `KEY`",
        ))
    }
}

#[infer(
    model = "keyless::model",
    task = "text-classification",
    name = "checked.nothing"
)]
async fn without_alternative(
    text: String,
    #[prediction] label: Label,
) -> Result<Json<Label>, InferenceError> {
    Ok(Json(label))
}

#[infer(
    model = ["keyless::model", "nowhere::model"],
    task = "text-classification",
    fallback = Label::new("NEUTRAL", 0.0),
    name = "checked.fallback",
)]
async fn with_fallback(text: String, #[prediction] label: Label) -> Json<Label> {
    Json(label)
}

#[infer(
    model = ["keyless::model", "local::sentiment"],
    task = "text-classification",
    name = "checked.another"
)]
async fn with_next_model(
    text: String,
    #[prediction] label: Label,
) -> Result<Json<Label>, InferenceError> {
    Ok(Json(label))
}

#[infer(
    model = "local::sentiment",
    task = "text-classification",
    name = "checked.fine"
)]
async fn configured(
    text: String,
    #[prediction] label: Label,
) -> Result<Json<Label>, InferenceError> {
    Ok(Json(label))
}

#[test]
fn check_reports_every_model_that_cannot_be_called() {
    let _ = (
        without_alternative,
        with_fallback,
        with_next_model,
        configured,
    );
    let inference = Inference::builder()
        .backend("keyless", WithoutKey)
        .build()
        .expect("the runtime should build");
    let issues: Vec<ModelIssue> = inference
        .check()
        .into_iter()
        .filter(|issue| issue.operation.starts_with("checked."))
        .collect();
    let messages: Vec<_> = issues.iter().map(ToString::to_string).collect();
    assert_eq!(
        messages,
        [
            "`checked.another` cannot call `keyless::model`, another model of its chain is used: no key; help: set `KEY`",
            "`checked.fallback` cannot call `keyless::model`, its fallback is used: no key; help: set `KEY`",
            "`checked.fallback` cannot call `nowhere::model`, its fallback is used: no backend is registered as `nowhere`; \
             help: register it with `Inference::builder().backend(…)`; registered are keyless, local",
            "`checked.nothing` cannot call `keyless::model`, every prediction fails: no key; help: set `KEY`",
        ]
    );
    let fatal = issues
        .iter()
        .filter(|issue| issue.impact == Impact::Nothing);
    let fatal: Vec<_> = fatal
        .map(|issue| (issue.operation, issue.error.kind()))
        .collect();
    assert_eq!(fatal, [("checked.nothing", ErrorKind::NotConfigured)]);
}

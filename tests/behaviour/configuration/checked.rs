//! What a program can say of its own models before anybody asks them.

use axum::Json;
use futures_util::future::{BoxFuture, FutureExt};
use inference_runtime::{
    Backend, Impact, ModelIssue,
    backend::{Request, Response},
    prelude::*,
};

/// A service whose key is not there.
struct Keyless;

impl Backend for Keyless {
    fn call<'a>(&'a self, _: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
        async { panic!("it is not configured") }.boxed()
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
async fn nothing(text: String, #[prediction] label: Label) -> Result<Json<Label>, InferenceError> {
    Ok(Json(label))
}

#[infer(
    model = ["keyless::model", "nowhere::model"],
    task = "text-classification",
    fallback = Label::new("NEUTRAL", 0.0),
    name = "checked.fallback",
)]
async fn fallback(text: String, #[prediction] label: Label) -> Json<Label> {
    Json(label)
}

#[infer(
    model = ["keyless::model", "local::sentiment"],
    task = "text-classification",
    name = "checked.another"
)]
async fn another(text: String, #[prediction] label: Label) -> Result<Json<Label>, InferenceError> {
    Ok(Json(label))
}

#[infer(
    model = "local::sentiment",
    task = "text-classification",
    name = "checked.fine"
)]
async fn fine(text: String, #[prediction] label: Label) -> Result<Json<Label>, InferenceError> {
    Ok(Json(label))
}

#[test]
fn every_model_that_cannot_be_asked_is_a_problem() {
    let _ = (nothing, fallback, another, fine);
    let inference = Inference::builder()
        .backend("keyless", Keyless)
        .build()
        .expect("a runtime");
    let problems: Vec<ModelIssue> = inference
        .check()
        .into_iter()
        .filter(|problem| problem.operation.starts_with("checked."))
        .collect();
    let said: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "`checked.another` cannot call `keyless::model`, another model of its chain is used: no key; help: set `KEY`",
            "`checked.fallback` cannot call `keyless::model`, its fallback is used: no key; help: set `KEY`",
            "`checked.fallback` cannot call `nowhere::model`, its fallback is used: no backend is registered as `nowhere`; \
             help: register it with `Inference::builder().backend(…)`; registered are keyless, local",
            "`checked.nothing` cannot call `keyless::model`, every prediction fails: no key; help: set `KEY`",
        ]
    );
    let fatal = problems
        .iter()
        .filter(|problem| problem.impact == Impact::Nothing);
    let fatal: Vec<_> = fatal
        .map(|problem| (problem.operation, problem.error.kind()))
        .collect();
    assert_eq!(fatal, [("checked.nothing", ErrorKind::NotConfigured)]);
}

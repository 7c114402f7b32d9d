//! Chains of models: when one model fails, the next is called.

use std::time::Duration;

use axum::{Router, routing::post};
use futures_util::{FutureExt, future::BoxFuture};
use inference_runtime::{
    Backend,
    backend::{Request, Response, from_fn},
    prelude::*,
};
use inference_tests::{
    client::post_text,
    models::{failing, labels, sentiment},
};

#[infer(
    model = ["org/first", "second::any", "third::any"],
    task = "text-classification",
    timeout = "3s",
)]
async fn chain(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(format!(
        "{} by {}",
        label.label,
        label.model.as_deref().unwrap_or("none")
    ))
}

#[infer(model = ["org/first", "local::sentiment"], task = "text-classification", cache = "1m")]
async fn ends_in_local_model(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(format!(
        "{} by {}",
        label.label,
        label.model.as_deref().unwrap_or("none")
    ))
}

fn app(first: impl Backend, second: impl Backend, third: impl Backend) -> Router {
    let inference = Inference::builder()
        .backend("hf", first)
        .backend("second", second)
        .backend("third", third)
        .build()
        .expect("the runtime should build");
    Router::new()
        .route("/chain", post(chain))
        .route("/ends_in_local_model", post(ends_in_local_model))
        .layer(inference.layer())
}

/// A backend without its credentials.
struct Unconfigured;

impl Backend for Unconfigured {
    fn call<'a>(&'a self, _: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
        async { panic!("called although it is not configured") }.boxed()
    }

    fn check_configured(&self) -> Result<(), InferenceError> {
        Err(InferenceError::new(
            ErrorKind::NotConfigured,
            "no key; help: set `SOME_KEY`",
        ))
    }
}

/// A backend that never responds.
fn hanging() -> impl Backend {
    from_fn(|_: Request| std::future::pending::<Result<Response, InferenceError>>())
}

#[tokio::test]
async fn first_available_model_answers() {
    let ((first, one), (second, two), (third, three)) = (sentiment(), sentiment(), sentiment());
    let app = app(one, two, three);
    assert_eq!(
        post_text(&app, "/chain", "good").await.text(),
        "POSITIVE by org/first"
    );
    assert_eq!((first.count(), second.count(), third.count()), (1, 0, 0));
}

#[tokio::test]
async fn model_specific_failure_continues_with_the_next_model() {
    for kind in [
        ErrorKind::Unauthorized,
        ErrorKind::PaymentRequired,
        ErrorKind::ModelNotFound,
        ErrorKind::Unsupported,
        ErrorKind::RateLimited,
        ErrorKind::ModelLoading,
        ErrorKind::Overloaded,
        ErrorKind::Unreachable,
        ErrorKind::ServiceFailed,
        ErrorKind::MalformedOutput,
        ErrorKind::OutputTooLarge,
    ] {
        let ((first, one), (second, two)) = (failing(InferenceError::new(kind, "no")), sentiment());
        let app = app(one, two, Unconfigured);
        assert_eq!(
            post_text(&app, "/chain", "good").await.text(),
            "POSITIVE by second::any",
            "{kind}"
        );
        assert_eq!((first.count(), second.count()), (1, 1), "{kind}");
    }
}

#[tokio::test]
async fn client_error_does_not_call_the_next_model() {
    for (kind, status) in [
        (ErrorKind::InvalidInput, 422),
        (ErrorKind::InputTooLarge, 413),
    ] {
        let ((_, one), (second, two)) = (failing(InferenceError::new(kind, "no")), sentiment());
        let app = app(one, two, Unconfigured);
        let reply = post_text(&app, "/chain", "good").await;
        assert_eq!(reply.status, status);
        assert_eq!(second.count(), 0);
    }
}

#[tokio::test]
async fn unconfigured_backend_is_skipped() {
    let (third, three) = sentiment();
    let app = app(Unconfigured, Unconfigured, three);
    assert_eq!(
        post_text(&app, "/chain", "good").await.text(),
        "POSITIVE by third::any"
    );
    assert_eq!(third.count(), 1);
}

#[tokio::test]
async fn chain_without_a_configured_backend_hides_the_configuration_from_clients() {
    let app = app(Unconfigured, Unconfigured, Unconfigured);
    let reply = post_text(&app, "/chain", "good").await;
    assert_eq!(reply.status, 500);
    assert_eq!(reply.problem_kind(), "not_configured");
    assert!(
        !reply.text().contains("SOME_KEY"),
        "the response should not reveal the configuration"
    );
}

#[tokio::test]
async fn model_failure_is_reported_over_an_unconfigured_backend() {
    let (_, two) = failing(InferenceError::new(ErrorKind::Overloaded, "busy"));
    let app = app(Unconfigured, two, Unconfigured);
    assert_eq!(
        post_text(&app, "/chain", "good").await.problem_kind(),
        "overloaded"
    );
}

#[tokio::test(start_paused = true)]
async fn hanging_model_leaves_time_for_the_next_models() {
    let (_, three) = sentiment();
    let app = app(hanging(), hanging(), three);
    let started = tokio::time::Instant::now();
    assert_eq!(
        post_text(&app, "/chain", "good").await.text(),
        "POSITIVE by third::any"
    );
    let took = started.elapsed();
    assert!(
        took >= Duration::from_secs(2) && took < Duration::from_millis(2_100),
        "{took:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn chain_of_hanging_models_ends_at_the_timeout() {
    let app = app(hanging(), hanging(), hanging());
    let started = tokio::time::Instant::now();
    let reply = post_text(&app, "/chain", "good").await;
    assert_eq!(
        (reply.status.as_u16(), reply.problem_kind()),
        (504, "timeout".to_owned())
    );
    let took = started.elapsed();
    assert!(
        took >= Duration::from_secs(3) && took < Duration::from_millis(3_100),
        "{took:?}"
    );
}

#[tokio::test]
async fn local_model_answers_when_no_other_backend_is_configured() {
    let app = app(Unconfigured, Unconfigured, Unconfigured);
    let reply = post_text(
        &app,
        "/ends_in_local_model",
        "A wonderful, funny and moving film.",
    )
    .await;
    assert_eq!(reply.text(), "POSITIVE by local::sentiment");
    let reply = post_text(
        &app,
        "/ends_in_local_model",
        "A wonderful, funny and moving film.",
    )
    .await;
    assert_eq!(reply.header("x-inference-source"), "cache");
}

#[tokio::test]
async fn unregistered_backend_is_reported_as_not_configured() {
    let (calls, backend) = sentiment();
    let inference = Inference::builder()
        .backend("elsewhere", backend)
        .build()
        .expect("the runtime should build");
    let app: Router = Router::new()
        .route("/chain", post(chain))
        .layer(inference.layer());
    assert_eq!(
        post_text(&app, "/chain", "good").await.problem_kind(),
        "not_configured"
    );
    assert_eq!(calls.count(), 0);

    let error = inference
        .check_model("second::any")
        .expect_err("the backend should not be registered");
    assert_eq!(error.kind(), ErrorKind::NotConfigured);
    assert!(
        error.to_string().contains("`second`") && error.to_string().contains("elsewhere"),
        "{error}"
    );
}

#[tokio::test]
async fn malformed_answer_continues_with_the_next_model() {
    let malformed = from_fn(|_: Request| async { Ok(serde_json::json!({"surprise": []})) });
    let well_formed = from_fn(|_: Request| async { Ok(labels(&[("NEUTRAL", 0.5)])) });
    let app = app(malformed, well_formed, Unconfigured);
    assert_eq!(
        post_text(&app, "/chain", "good").await.text(),
        "NEUTRAL by second::any"
    );
}

//! Models in order: the next is asked when one cannot answer.

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
async fn with_embedded(
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
        .expect("a runtime");
    Router::new()
        .route("/chain", post(chain))
        .route("/with_embedded", post(with_embedded))
        .layer(inference.layer())
}

/// A backend without its credentials.
struct Unconfigured;

impl Backend for Unconfigured {
    fn call<'a>(&'a self, _: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
        async { panic!("asked although it is not configured") }.boxed()
    }

    fn check_configured(&self) -> Result<(), InferenceError> {
        Err(InferenceError::new(
            ErrorKind::NotConfigured,
            "no key; help: set `SOME_KEY`",
        ))
    }
}

/// A backend that never answers.
fn hanging() -> impl Backend {
    from_fn(|_: Request| std::future::pending::<Result<Response, InferenceError>>())
}

#[tokio::test]
async fn the_first_that_can_answers() {
    let ((first, one), (second, two), (third, three)) = (sentiment(), sentiment(), sentiment());
    let app = app(one, two, three);
    assert_eq!(
        post_text(&app, "/chain", "good").await.text(),
        "POSITIVE by org/first"
    );
    assert_eq!((first.count(), second.count(), third.count()), (1, 0, 0));
}

#[tokio::test]
async fn every_failure_that_another_model_can_mend_goes_on() {
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
async fn the_callers_own_mistake_is_not_asked_again() {
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
async fn what_is_not_configured_is_skipped() {
    let (third, three) = sentiment();
    let app = app(Unconfigured, Unconfigured, three);
    assert_eq!(
        post_text(&app, "/chain", "good").await.text(),
        "POSITIVE by third::any"
    );
    assert_eq!(third.count(), 1);
}

#[tokio::test]
async fn where_nothing_is_configured_the_log_names_what_to_set() {
    let app = app(Unconfigured, Unconfigured, Unconfigured);
    let reply = post_text(&app, "/chain", "good").await;
    assert_eq!(reply.status, 500);
    assert_eq!(reply.problem(), "not_configured");
    assert!(
        !reply.text().contains("SOME_KEY"),
        "a client learns nothing of our configuration"
    );
}

#[tokio::test]
async fn what_a_model_did_says_more_than_that_another_could_not_be_asked() {
    let (_, two) = failing(InferenceError::new(ErrorKind::Overloaded, "busy"));
    let app = app(Unconfigured, two, Unconfigured);
    assert_eq!(
        post_text(&app, "/chain", "good").await.problem(),
        "overloaded"
    );
}

#[tokio::test(start_paused = true)]
async fn a_model_that_hangs_leaves_time_for_the_others() {
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
async fn the_whole_chain_keeps_to_its_time() {
    let app = app(hanging(), hanging(), hanging());
    let started = tokio::time::Instant::now();
    let reply = post_text(&app, "/chain", "good").await;
    assert_eq!(
        (reply.status.as_u16(), reply.problem()),
        (504, "timeout".to_owned())
    );
    let took = started.elapsed();
    assert!(
        took >= Duration::from_secs(3) && took < Duration::from_millis(3_100),
        "{took:?}"
    );
}

#[tokio::test]
async fn the_embedded_model_answers_where_nobody_else_can() {
    let app = app(Unconfigured, Unconfigured, Unconfigured);
    let reply = post_text(
        &app,
        "/with_embedded",
        "A wonderful, funny and moving film.",
    )
    .await;
    assert_eq!(reply.text(), "POSITIVE by local::sentiment");
    let reply = post_text(
        &app,
        "/with_embedded",
        "A wonderful, funny and moving film.",
    )
    .await;
    assert_eq!(reply.header("x-inference-source"), "cache");
}

#[tokio::test]
async fn a_backend_that_nobody_registered_is_not_configured() {
    let (calls, backend) = sentiment();
    let inference = Inference::builder()
        .backend("elsewhere", backend)
        .build()
        .expect("a runtime");
    let app: Router = Router::new()
        .route("/chain", post(chain))
        .layer(inference.layer());
    assert_eq!(
        post_text(&app, "/chain", "good").await.problem(),
        "not_configured"
    );
    assert_eq!(calls.count(), 0);

    let error = inference
        .check_model("second::any")
        .expect_err("not registered");
    assert_eq!(error.kind(), ErrorKind::NotConfigured);
    assert!(
        error.to_string().contains("`second`") && error.to_string().contains("elsewhere"),
        "{error}"
    );
}

#[tokio::test]
async fn an_answer_in_another_shape_goes_on_too() {
    let surprising = from_fn(|_: Request| async { Ok(serde_json::json!({"surprise": []})) });
    let fine = from_fn(|_: Request| async { Ok(labels(&[("NEUTRAL", 0.5)])) });
    let app = app(surprising, fine, Unconfigured);
    assert_eq!(
        post_text(&app, "/chain", "good").await.text(),
        "NEUTRAL by second::any"
    );
}

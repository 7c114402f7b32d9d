//! `stale_if_error`: stale answers are served when all models fail. Also `client_control`.

use std::time::Duration;

use axum::{Router, body::Body, routing::post};
use http::{Request, header};
use inference_runtime::prelude::*;
use inference_tests::{
    client::{post_text, send},
    models::runtime,
};

use super::{Step, model};

#[infer(
    model = "org/model",
    task = "text-classification",
    timeout = "1s",
    cache(ttl = "1m", stale_if_error = "10m"),
    fallback = Label::new("NEUTRAL", 0.0),
)]
async fn stale_or_fallback(text: String, #[prediction] label: Prediction<Label>) -> String {
    format!(
        "{} {} {:?}",
        label.label,
        label.source,
        label.age.map(|age| age.as_secs())
    )
}

#[infer(
    model = ["org/model", "other::model"],
    task = "text-classification",
    cache(ttl = "1m", stale_if_error = "10m"),
)]
async fn chain(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(format!(
        "{} {}",
        label.source,
        label.model.as_deref().unwrap_or_default()
    ))
}

#[infer(
    model = "org/model",
    task = "text-classification",
    cache(ttl = "1m", stale_if_error = "10m", client_control = true)
)]
async fn controlled(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(label.source.to_string())
}

#[infer(
    model = "org/model",
    task = "text-classification",
    input = texts.split(','),
    cache(ttl = "1m", stale_if_error = "10m"),
)]
async fn each(
    texts: String,
    #[prediction] labels: Each<Prediction<Label>>,
) -> Result<String, InferenceError> {
    let sources = labels.into_iter().map(|label| match label {
        Ok(label) => label.source.to_string(),
        Err(error) => error.kind().to_string(),
    });
    Ok(sources.collect::<Vec<_>>().join(" "))
}

#[infer(
    model = "org/model",
    task = "text-classification",
    input = texts.split(','),
    cache(ttl = "1m", stale_if_error = "10m"),
    timeout = "5s",
)]
async fn ages(
    texts: String,
    #[prediction] labels: Each<Prediction<Label>>,
) -> Result<String, InferenceError> {
    let ages = labels
        .into_iter()
        .map(|label| format!("{:?}", label.ok().and_then(|label| label.age)));
    Ok(ages.collect::<Vec<_>>().join(" "))
}

fn app(inference: &Inference) -> Router {
    Router::new()
        .route("/stale_or_fallback", post(stale_or_fallback))
        .route("/chain", post(chain))
        .route("/controlled", post(controlled))
        .route("/each", post(each))
        .route("/ages", post(ages))
        .layer(inference.layer())
}

async fn advance(seconds: u64) {
    tokio::time::advance(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn stale_answer_is_served_within_its_window_only() {
    let inference = runtime(
        model(|call| {
            if call == 1 {
                Step::Answer
            } else {
                Step::fail(ErrorKind::Unreachable)
            }
        })
        .1,
    );
    let app = app(&inference);
    assert_eq!(
        post_text(&app, "/stale_or_fallback", "good").await.text(),
        "POSITIVE model None"
    );
    advance(30).await;
    assert_eq!(
        post_text(&app, "/stale_or_fallback", "good").await.text(),
        "POSITIVE cache Some(30)"
    );

    advance(40).await;
    let reply = post_text(&app, "/stale_or_fallback", "good").await;
    assert_eq!(reply.text(), "POSITIVE stale Some(70)");
    assert_eq!(reply.header("x-inference-source"), "stale");
    assert_eq!(reply.header("age"), "70");
    let status = reply.header("cache-status");
    assert!(
        status.starts_with("inference; fwd=stale; ttl=-10; "),
        "{status}"
    );

    // Serving a stale answer does not extend its lifetime.
    advance(589).await;
    assert_eq!(
        post_text(&app, "/stale_or_fallback", "good").await.text(),
        "POSITIVE stale Some(659)"
    );
    advance(1).await;
    assert_eq!(
        post_text(&app, "/stale_or_fallback", "good").await.text(),
        "NEUTRAL fallback None"
    );
    assert_eq!(inference.statistics().stale(), 2);
}

#[tokio::test(start_paused = true)]
async fn window_that_ends_during_the_call_is_closed() {
    let (_, backend) = model(|call| if call == 1 { Step::Answer } else { Step::Hang });
    let app = app(&runtime(backend));
    post_text(&app, "/stale_or_fallback", "good").await;
    advance(659).await;
    // The call times out after one second, and then the window has ended.
    assert_eq!(
        post_text(&app, "/stale_or_fallback", "good").await.text(),
        "NEUTRAL fallback None"
    );
}

#[tokio::test(start_paused = true)]
async fn model_answer_is_preferred_to_a_stale_answer() {
    let (calls, backend) = model(|_| Step::Answer);
    let app = app(&runtime(backend));
    post_text(&app, "/stale_or_fallback", "good").await;
    advance(90).await;
    let reply = post_text(&app, "/stale_or_fallback", "good").await;
    assert_eq!(reply.text(), "POSITIVE model None");
    assert!(reply.header("cache-status").contains("fwd=stale"));
    assert_eq!(
        post_text(&app, "/stale_or_fallback", "good").await.text(),
        "POSITIVE cache Some(0)"
    );
    assert_eq!(calls.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn next_model_is_called_before_a_stale_answer_is_served() {
    let (_, first) = model(|call| {
        if call == 1 {
            Step::Answer
        } else {
            Step::fail(ErrorKind::Overloaded)
        }
    });
    let (_, second) = model(|call| {
        if call == 1 {
            Step::Answer
        } else {
            Step::fail(ErrorKind::Overloaded)
        }
    });
    let inference = Inference::builder()
        .backend("hf", first)
        .backend("other", second);
    let app = app(&inference.build().expect("the runtime should build"));
    assert_eq!(
        post_text(&app, "/chain", "good").await.text(),
        "model org/model"
    );
    advance(90).await;
    assert_eq!(
        post_text(&app, "/chain", "good").await.text(),
        "model other::model"
    );
    advance(90).await;
    // Both models fail now: the entry of the first one in the chain is served.
    assert_eq!(
        post_text(&app, "/chain", "good").await.text(),
        "stale org/model"
    );
}

#[tokio::test(start_paused = true)]
async fn next_models_stale_answer_is_served_when_the_window_of_the_first_ends() {
    let (_, first) = model(|call| match call {
        1 => Step::Answer,
        2 => Step::fail(ErrorKind::Overloaded),
        _ => Step::Hang,
    });
    let (_, second) = model(|call| if call == 1 { Step::Answer } else { Step::Hang });
    let inference = Inference::builder()
        .backend("hf", first)
        .backend("other", second);
    let app = app(&inference.build().expect("the runtime should build"));
    post_text(&app, "/chain", "good").await;
    advance(70).await;
    assert_eq!(
        post_text(&app, "/chain", "good").await.text(),
        "model other::model"
    );
    // While the models are called, for ten seconds, the window of the first one's entry ends.
    advance(585).await;
    assert_eq!(
        post_text(&app, "/chain", "good").await.text(),
        "stale other::model"
    );
}

#[tokio::test(start_paused = true)]
async fn stale_answer_has_its_age_at_the_time_of_the_response() {
    let (_, backend) = model(|call| if call == 1 { Step::Answer } else { Step::Hang });
    let app = app(&runtime(backend));
    post_text(&app, "/ages", "good").await;
    advance(90).await;
    // The call timed out after five seconds.
    assert_eq!(post_text(&app, "/ages", "good").await.text(), "Some(95s)");
}

#[tokio::test(start_paused = true)]
async fn client_error_is_not_replaced_by_a_stale_answer() {
    let (_, backend) = model(|call| {
        if call == 1 {
            Step::Answer
        } else {
            Step::fail(ErrorKind::InvalidInput)
        }
    });
    let app = app(&runtime(backend));
    post_text(&app, "/chain", "good").await;
    advance(90).await;
    assert_eq!(post_text(&app, "/chain", "good").await.status, 422);
}

#[tokio::test(start_paused = true)]
async fn no_cache_request_bypasses_the_cache_only_with_client_control() {
    let (calls, backend) = model(|_| Step::Answer);
    let app = app(&runtime(backend));
    let no_cache = |path: &str| {
        Request::post(path)
            .header(header::CONTENT_TYPE, "text/plain")
            .header(header::CACHE_CONTROL, "max-age=0, No-Cache")
            .body(Body::from("good"))
            .expect("the request should be valid")
    };
    assert_eq!(post_text(&app, "/controlled", "good").await.text(), "model");
    let reply = send(&app, no_cache("/controlled")).await;
    assert_eq!(reply.text(), "model");
    assert!(
        reply.header("cache-status").contains("fwd=request"),
        "{reply:?}"
    );
    // The new answer is stored for requests without the header.
    advance(59).await;
    assert_eq!(post_text(&app, "/controlled", "good").await.text(), "cache");
    assert_eq!(calls.count(), 2);
    // Without `client_control` the header has no effect. The key is the same.
    assert!(
        send(&app, no_cache("/stale_or_fallback"))
            .await
            .text()
            .contains("cache")
    );
    assert_eq!(calls.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn each_input_has_its_own_stale_answer() {
    let (_, backend) = model(|call| {
        if call <= 2 {
            Step::Answer
        } else {
            Step::fail(ErrorKind::Unreachable)
        }
    });
    let app = app(&runtime(backend));
    assert_eq!(
        post_text(&app, "/each", "one,two").await.text(),
        "model model"
    );
    advance(90).await;
    assert_eq!(
        post_text(&app, "/each", "two,three,one").await.text(),
        "stale unreachable stale"
    );
    advance(600).await;
    assert_eq!(post_text(&app, "/each", "two,one").await.status, 503);
}

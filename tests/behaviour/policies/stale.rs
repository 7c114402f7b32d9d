//! Old answers where no model has a new one.

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
async fn lasting(text: String, #[prediction] label: Prediction<Label>) -> String {
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
        .route("/lasting", post(lasting))
        .route("/chain", post(chain))
        .route("/controlled", post(controlled))
        .route("/each", post(each))
        .route("/ages", post(ages))
        .layer(inference.layer())
}

async fn later(seconds: u64) {
    tokio::time::advance(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn an_old_answer_stands_in_within_its_window_and_never_beyond() {
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
        post_text(&app, "/lasting", "good").await.text(),
        "POSITIVE model None"
    );
    later(30).await;
    assert_eq!(
        post_text(&app, "/lasting", "good").await.text(),
        "POSITIVE cache Some(30)"
    );

    later(40).await;
    let reply = post_text(&app, "/lasting", "good").await;
    assert_eq!(reply.text(), "POSITIVE stale Some(70)");
    assert_eq!(reply.header("x-inference-source"), "stale");
    assert_eq!(reply.header("age"), "70");
    let status = reply.header("cache-status");
    assert!(
        status.starts_with("inference; fwd=stale; ttl=-10; "),
        "{status}"
    );

    // However long the outage, and however often it is served: it does not live longer for it.
    later(589).await;
    assert_eq!(
        post_text(&app, "/lasting", "good").await.text(),
        "POSITIVE stale Some(659)"
    );
    later(1).await;
    assert_eq!(
        post_text(&app, "/lasting", "good").await.text(),
        "NEUTRAL fallback None"
    );
    assert_eq!(inference.statistics().stale(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_window_that_closes_while_the_model_is_asked_is_closed() {
    let (_, backend) = model(|call| if call == 1 { Step::Answer } else { Step::Hang });
    let app = app(&runtime(backend));
    post_text(&app, "/lasting", "good").await;
    later(659).await;
    // The model has a second to answer, and with it the window ends.
    assert_eq!(
        post_text(&app, "/lasting", "good").await.text(),
        "NEUTRAL fallback None"
    );
}

#[tokio::test(start_paused = true)]
async fn a_model_that_answers_comes_before_an_old_answer() {
    let (asked, backend) = model(|_| Step::Answer);
    let app = app(&runtime(backend));
    post_text(&app, "/lasting", "good").await;
    later(90).await;
    let reply = post_text(&app, "/lasting", "good").await;
    assert_eq!(reply.text(), "POSITIVE model None");
    assert!(reply.header("cache-status").contains("fwd=stale"));
    assert_eq!(
        post_text(&app, "/lasting", "good").await.text(),
        "POSITIVE cache Some(0)"
    );
    assert_eq!(asked.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_next_model_comes_before_an_old_answer_and_both_before_an_error() {
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
    let app = app(&inference.build().expect("a runtime"));
    assert_eq!(
        post_text(&app, "/chain", "good").await.text(),
        "model org/model"
    );
    later(90).await;
    assert_eq!(
        post_text(&app, "/chain", "good").await.text(),
        "model other::model"
    );
    later(90).await;
    // Both have failed now: the entry of the one that comes first.
    assert_eq!(
        post_text(&app, "/chain", "good").await.text(),
        "stale org/model"
    );
}

#[tokio::test(start_paused = true)]
async fn an_old_answer_whose_window_closes_leaves_the_place_to_the_next_models() {
    let (_, first) = model(|call| match call {
        1 => Step::Answer,
        2 => Step::fail(ErrorKind::Overloaded),
        _ => Step::Hang,
    });
    let (_, second) = model(|call| if call == 1 { Step::Answer } else { Step::Hang });
    let inference = Inference::builder()
        .backend("hf", first)
        .backend("other", second);
    let app = app(&inference.build().expect("a runtime"));
    post_text(&app, "/chain", "good").await;
    later(70).await;
    assert_eq!(
        post_text(&app, "/chain", "good").await.text(),
        "model other::model"
    );
    // While the models are asked, for ten seconds, the first one's window closes.
    later(585).await;
    assert_eq!(
        post_text(&app, "/chain", "good").await.text(),
        "stale other::model"
    );
}

#[tokio::test(start_paused = true)]
async fn an_old_answer_has_the_age_at_which_it_is_given() {
    let (_, backend) = model(|call| if call == 1 { Step::Answer } else { Step::Hang });
    let app = app(&runtime(backend));
    post_text(&app, "/ages", "good").await;
    later(90).await;
    // The model has had five seconds.
    assert_eq!(post_text(&app, "/ages", "good").await.text(), "Some(95s)");
}

#[tokio::test(start_paused = true)]
async fn a_callers_mistake_is_not_covered_by_an_old_answer() {
    let (_, backend) = model(|call| {
        if call == 1 {
            Step::Answer
        } else {
            Step::fail(ErrorKind::InvalidInput)
        }
    });
    let app = app(&runtime(backend));
    post_text(&app, "/chain", "good").await;
    later(90).await;
    assert_eq!(post_text(&app, "/chain", "good").await.status, 422);
}

#[tokio::test(start_paused = true)]
async fn a_request_may_ask_for_a_new_answer_where_the_operation_lets_it() {
    let (asked, backend) = model(|_| Step::Answer);
    let app = app(&runtime(backend));
    let no_cache = |path: &str| {
        Request::post(path)
            .header(header::CONTENT_TYPE, "text/plain")
            .header(header::CACHE_CONTROL, "max-age=0, No-Cache")
            .body(Body::from("good"))
            .expect("a request")
    };
    assert_eq!(post_text(&app, "/controlled", "good").await.text(), "model");
    let reply = send(&app, no_cache("/controlled")).await;
    assert_eq!(reply.text(), "model");
    assert!(
        reply.header("cache-status").contains("fwd=request"),
        "{reply:?}"
    );
    // What it got is kept for those who do not ask so.
    later(59).await;
    assert_eq!(post_text(&app, "/controlled", "good").await.text(), "cache");
    assert_eq!(asked.count(), 2);
    // Where the operation says nothing, the request has no say. The answer is the same question's.
    assert!(
        send(&app, no_cache("/lasting"))
            .await
            .text()
            .contains("cache")
    );
    assert_eq!(asked.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn each_of_several_inputs_has_its_own_old_answer() {
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
    later(90).await;
    assert_eq!(
        post_text(&app, "/each", "two,three,one").await.text(),
        "stale unreachable stale"
    );
    later(600).await;
    assert_eq!(post_text(&app, "/each", "two,one").await.status, 503);
}

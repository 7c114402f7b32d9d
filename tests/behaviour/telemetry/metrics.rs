use std::{sync::Mutex, time::Duration};

use inference_runtime::{
    __private::{Model, Operation, Spec},
    ErrorKind, Inference, InferenceError, Receive,
    backend::{Request, from_fn},
    prelude::{Label, Structured},
    task::{Custom, TextClassification},
};
use inference_tests::{
    client::post_text,
    models::{failing, labels, runtime, sentiment},
    scrape::Scrape,
};
use serde_json::{Value, json};

use super::{app, counting};

static MODELS: [Model; 1] = [Model::new("hf", "org/moods", "")];
static PLAIN: Operation<TextClassification> = Operation::new(Spec::new("metrics::plain", &MODELS));
static CUSTOM: Operation<Custom> = Operation::new(Spec::new("metrics::custom", &MODELS));
static GUARDED: Operation<TextClassification> = Operation::new(
    Spec::new("metrics::guarded", &MODELS)
        .retry(2, 1, 1)
        .circuit_breaker(2, 1_000),
);
static STALE: Operation<TextClassification> = Operation::new(
    Spec::new("metrics::stale", &MODELS)
        .cache(1_000)
        .stale_if_error(60_000),
);
static HEDGED: Operation<TextClassification> =
    Operation::new(Spec::new("metrics::hedged", &MODELS).hedge(50));

const KINDS: [ErrorKind; 19] = [
    ErrorKind::InvalidInput,
    ErrorKind::InputTooLarge,
    ErrorKind::NotConfigured,
    ErrorKind::Unauthorized,
    ErrorKind::PaymentRequired,
    ErrorKind::ModelNotFound,
    ErrorKind::Unsupported,
    ErrorKind::RateLimited,
    ErrorKind::ModelLoading,
    ErrorKind::Overloaded,
    ErrorKind::Unreachable,
    ErrorKind::Timeout,
    ErrorKind::ServiceFailed,
    ErrorKind::MalformedOutput,
    ErrorKind::UnexpectedOutput,
    ErrorKind::OutputTooLarge,
    ErrorKind::CircuitOpen,
    ErrorKind::Throttled,
    ErrorKind::Internal,
];

/// Answers or fails, one after the other; fails when there is no more.
fn playing(answers: impl IntoIterator<Item = Result<(), ErrorKind>>) -> Inference {
    let mut answers: Vec<_> = answers.into_iter().collect();
    answers.reverse();
    let answers = Mutex::new(answers);
    runtime(from_fn(move |_: Request| {
        let next = answers.lock().expect("no panic").pop();
        async move {
            match next.unwrap_or(Err(ErrorKind::Overloaded)) {
                Ok(()) => Ok(labels(&[("POSITIVE", 0.9)])),
                Err(kind) => Err(InferenceError::new(kind, "played")),
            }
        }
    }))
}

async fn ask(operation: &'static Operation<TextClassification>, inference: &Inference) -> bool {
    Label::receive(operation.call(inference, "good"))
        .await
        .is_ok()
}

#[tokio::test]
async fn every_kind_of_failure_is_counted_by_its_name() {
    let scrape = Scrape::default();
    let _listening = scrape.install();
    for kind in KINDS {
        let inference = runtime(failing(InferenceError::new(kind, "played")).1);
        assert!(!ask(&PLAIN, &inference).await);
        let error = format!("error_type=\"{kind}\"");
        let labels = [
            r#"operation="metrics::plain""#,
            r#"source="error""#,
            &*error,
        ];
        assert_eq!(
            scrape.sum("inference_requests_total", &labels),
            Some(1.0),
            "{kind}"
        );
        let upstream = "inference_upstream_duration_seconds_count";
        let labels = [r#"backend="hf""#, r#"model="org/moods""#, &*error];
        assert_eq!(scrape.sum(upstream, &labels), Some(1.0), "{kind}");
    }
}

#[tokio::test]
async fn rungs_tokens_and_the_cache_are_counted() {
    let scrape = Scrape::default();
    let _listening = scrape.install();
    let app = app(counting());
    for text in ["one", "one", "one", "two"] {
        post_text(&app, "/kept", text).await;
    }
    post_text(&app, "/chain", "one").await;
    let kept = r#"operation="telemetry::kept""#;
    let of = |name: &str, label: &str| scrape.sum(name, &[kept, label]);
    assert_eq!(
        of("inference_requests_total", r#"source="model""#),
        Some(2.0)
    );
    assert_eq!(
        of("inference_requests_total", r#"source="cache""#),
        Some(2.0)
    );
    assert_eq!(
        of("inference_cache_requests_total", r#"result="miss""#),
        Some(2.0)
    );
    assert_eq!(
        of("inference_cache_requests_total", r#"result="hit""#),
        Some(2.0)
    );
    let duration = "inference_request_duration_seconds_count";
    assert_eq!(of(duration, r#"source="cache""#), Some(2.0));
    assert_eq!(of("inference_tokens_total", r#"type="output""#), Some(10.0));
    assert_eq!(scrape.sum("inference_cache_entries", &[]), Some(2.0));
    assert_eq!(scrape.sum("inference_cache_out", &[]), Some(0.0));
    // What no cache was asked about is in no count of the cache.
    assert_eq!(
        scrape.sum("inference_cache_requests_total", &["chain"]),
        None
    );
}

#[tokio::test]
async fn a_fallback_is_counted_with_the_failure_it_stands_for() {
    let scrape = Scrape::default();
    let _listening = scrape.install();
    let down = InferenceError::new(ErrorKind::ServiceFailed, "down");
    post_text(&app(failing(down).1), "/chain", "good").await;
    let labels = [r#"source="fallback""#, r#"error_type="service_failed""#];
    assert_eq!(scrape.sum("inference_requests_total", &labels), Some(1.0));
    assert_eq!(scrape.sum("inference_requests_total", &[]), Some(1.0));
}

#[tokio::test]
async fn an_answer_that_the_handler_cannot_use_is_counted() {
    let scrape = Scrape::default();
    let _listening = scrape.install();
    let inference = runtime(from_fn(|_: Request| async { Ok(json!("no number")) }));
    let call = CUSTOM.call(&inference, &json!("how many?"));
    Structured::<u32>::receive(call)
        .await
        .expect_err("no number");
    let labels = [r#"error_type="unexpected_output""#];
    assert_eq!(scrape.sum("inference_refused_total", &labels), Some(1.0));
}

#[tokio::test(start_paused = true)]
async fn retries_and_the_breaker_are_seen() {
    let scrape = Scrape::default();
    let _listening = scrape.install();
    let inference = playing([Err(ErrorKind::Overloaded), Err(ErrorKind::Overloaded)]);
    let state = || scrape.sum("inference_breaker_state", &[r#"model="org/moods""#]);
    let turns = |state: &str| {
        let state = format!("state=\"{state}\"");
        scrape.sum("inference_breaker_transitions_total", &[&*state])
    };
    assert!(!ask(&GUARDED, &inference).await);
    let retries = [r#"error_type="overloaded""#];
    assert_eq!(scrape.sum("inference_retries_total", &retries), Some(1.0));
    assert_eq!((state(), turns("open")), (Some(2.0), Some(1.0)));
    assert!(!ask(&GUARDED, &inference).await);
    let open = [r#"error_type="circuit_open""#];
    assert_eq!(scrape.sum("inference_requests_total", &open), Some(1.0));

    tokio::time::advance(Duration::from_secs(1)).await;
    // The probe fails: it stays as it is, and nothing has turned.
    assert!(!ask(&GUARDED, &inference).await);
    assert_eq!((state(), turns("open")), (Some(2.0), Some(1.0)));
}

#[tokio::test(start_paused = true)]
async fn a_breaker_that_closes_is_seen() {
    let scrape = Scrape::default();
    let _listening = scrape.install();
    let down = Err(ErrorKind::Overloaded);
    let inference = playing([down, down, Ok(())]);
    assert!(!ask(&GUARDED, &inference).await);
    tokio::time::advance(Duration::from_secs(1)).await;
    assert!(ask(&GUARDED, &inference).await);
    let state = scrape.sum("inference_breaker_state", &[]);
    let closed = [r#"state="closed""#];
    let turns = scrape.sum("inference_breaker_transitions_total", &closed);
    assert_eq!((state, turns), (Some(0.0), Some(1.0)));
}

#[tokio::test(start_paused = true)]
async fn an_old_answer_is_counted_as_one() {
    let scrape = Scrape::default();
    let _listening = scrape.install();
    let inference = playing([Ok(()), Err(ErrorKind::Unreachable)]);
    assert!(ask(&STALE, &inference).await);
    tokio::time::advance(Duration::from_secs(2)).await;
    assert!(ask(&STALE, &inference).await);
    let labels = [r#"operation="metrics::stale""#, r#"source="stale""#];
    assert_eq!(scrape.sum("inference_requests_total", &labels), Some(1.0));
}

#[tokio::test(start_paused = true)]
async fn a_second_call_is_counted_and_the_slower_one_was_cancelled() {
    let scrape = Scrape::default();
    let _listening = scrape.install();
    let (calls, _) = sentiment();
    let counted = calls.clone();
    let inference = runtime(from_fn(move |_: Request| {
        let first = counted.count() == 0;
        counted.increment();
        async move {
            if first {
                std::future::pending::<Value>().await;
            }
            Ok(labels(&[("POSITIVE", 0.9)]))
        }
    }));
    assert!(ask(&HEDGED, &inference).await);
    assert_eq!(calls.count(), 2);
    assert_eq!(scrape.sum("inference_hedges_total", &[]), Some(1.0));
    let upstream = "inference_upstream_duration_seconds_count";
    assert_eq!(
        scrape.sum(upstream, &[r#"error_type="cancelled""#]),
        Some(1.0)
    );
    assert_eq!(scrape.sum(upstream, &[r#"error_type="""#]), Some(1.0));
}

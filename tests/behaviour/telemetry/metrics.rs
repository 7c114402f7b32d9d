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

use super::{app, reporting_usage};

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

/// Builds a runtime whose model responds with these results in order, and fails when there are no more.
fn scripted_runtime(answers: impl IntoIterator<Item = Result<(), ErrorKind>>) -> Inference {
    let mut answers: Vec<_> = answers.into_iter().collect();
    answers.reverse();
    let answers = Mutex::new(answers);
    runtime(from_fn(move |_: Request| {
        let next = answers.lock().expect("no test should have panicked").pop();
        async move {
            match next.unwrap_or(Err(ErrorKind::Overloaded)) {
                Ok(()) => Ok(labels(&[("POSITIVE", 0.9)])),
                Err(kind) => Err(InferenceError::new(kind, "scripted failure")),
            }
        }
    }))
}

async fn call(operation: &'static Operation<TextClassification>, inference: &Inference) -> bool {
    Label::receive(operation.call(inference, "good"))
        .await
        .is_ok()
}

#[tokio::test]
async fn every_error_kind_is_counted_by_name() {
    let scrape = Scrape::default();
    let _guard = scrape.install();
    for kind in KINDS {
        let inference = runtime(failing(InferenceError::new(kind, "scripted failure")).1);
        assert!(!call(&PLAIN, &inference).await);
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
async fn sources_tokens_and_cache_results_are_counted() {
    let scrape = Scrape::default();
    let _guard = scrape.install();
    let app = app(reporting_usage());
    for text in ["one", "one", "one", "two"] {
        post_text(&app, "/cached", text).await;
    }
    post_text(&app, "/chain", "one").await;
    let operation = r#"operation="telemetry::cached""#;
    let sum = |name: &str, label: &str| scrape.sum(name, &[operation, label]);
    assert_eq!(
        sum("inference_requests_total", r#"source="model""#),
        Some(2.0)
    );
    assert_eq!(
        sum("inference_requests_total", r#"source="cache""#),
        Some(2.0)
    );
    assert_eq!(
        sum("inference_cache_requests_total", r#"result="miss""#),
        Some(2.0)
    );
    assert_eq!(
        sum("inference_cache_requests_total", r#"result="hit""#),
        Some(2.0)
    );
    let duration = "inference_request_duration_seconds_count";
    assert_eq!(sum(duration, r#"source="cache""#), Some(2.0));
    assert_eq!(
        sum("inference_tokens_total", r#"type="output""#),
        Some(10.0)
    );
    assert_eq!(scrape.sum("inference_cache_entries", &[]), Some(2.0));
    assert_eq!(scrape.sum("inference_cache_out", &[]), Some(0.0));
    // An operation without a cache has no cache metrics.
    assert_eq!(
        scrape.sum("inference_cache_requests_total", &["chain"]),
        None
    );
}

#[tokio::test]
async fn fallback_is_counted_with_its_error_kind() {
    let scrape = Scrape::default();
    let _guard = scrape.install();
    let failure = InferenceError::new(ErrorKind::ServiceFailed, "down");
    post_text(&app(failing(failure).1), "/chain", "good").await;
    let labels = [r#"source="fallback""#, r#"error_type="service_failed""#];
    assert_eq!(scrape.sum("inference_requests_total", &labels), Some(1.0));
    assert_eq!(scrape.sum("inference_requests_total", &[]), Some(1.0));
}

#[tokio::test]
async fn output_rejected_by_the_delivery_is_counted() {
    let scrape = Scrape::default();
    let _guard = scrape.install();
    let inference = runtime(from_fn(|_: Request| async { Ok(json!("no number")) }));
    let call = CUSTOM.call(&inference, &json!("how many?"));
    Structured::<u32>::receive(call)
        .await
        .expect_err("the output should be rejected");
    let labels = [r#"error_type="unexpected_output""#];
    assert_eq!(scrape.sum("inference_refused_total", &labels), Some(1.0));
}

#[tokio::test(start_paused = true)]
async fn retries_and_an_open_breaker_are_counted() {
    let scrape = Scrape::default();
    let _guard = scrape.install();
    let inference = scripted_runtime([Err(ErrorKind::Overloaded), Err(ErrorKind::Overloaded)]);
    let state = || scrape.sum("inference_breaker_state", &[r#"model="org/moods""#]);
    let transitions = |state: &str| {
        let state = format!("state=\"{state}\"");
        scrape.sum("inference_breaker_transitions_total", &[&*state])
    };
    assert!(!call(&GUARDED, &inference).await);
    let retries = [r#"error_type="overloaded""#];
    assert_eq!(scrape.sum("inference_retries_total", &retries), Some(1.0));
    assert_eq!((state(), transitions("open")), (Some(2.0), Some(1.0)));
    assert!(!call(&GUARDED, &inference).await);
    let open = [r#"error_type="circuit_open""#];
    assert_eq!(scrape.sum("inference_requests_total", &open), Some(1.0));

    tokio::time::advance(Duration::from_secs(1)).await;
    // The probe fails, so the breaker stays open without another transition.
    assert!(!call(&GUARDED, &inference).await);
    assert_eq!((state(), transitions("open")), (Some(2.0), Some(1.0)));
}

#[tokio::test(start_paused = true)]
async fn closing_breaker_is_counted() {
    let scrape = Scrape::default();
    let _guard = scrape.install();
    let failure = Err(ErrorKind::Overloaded);
    let inference = scripted_runtime([failure, failure, Ok(())]);
    assert!(!call(&GUARDED, &inference).await);
    tokio::time::advance(Duration::from_secs(1)).await;
    assert!(call(&GUARDED, &inference).await);
    let state = scrape.sum("inference_breaker_state", &[]);
    let closed = [r#"state="closed""#];
    let transitions = scrape.sum("inference_breaker_transitions_total", &closed);
    assert_eq!((state, transitions), (Some(0.0), Some(1.0)));
}

#[tokio::test(start_paused = true)]
async fn stale_answer_is_counted_as_stale() {
    let scrape = Scrape::default();
    let _guard = scrape.install();
    let inference = scripted_runtime([Ok(()), Err(ErrorKind::Unreachable)]);
    assert!(call(&STALE, &inference).await);
    tokio::time::advance(Duration::from_secs(2)).await;
    assert!(call(&STALE, &inference).await);
    let labels = [r#"operation="metrics::stale""#, r#"source="stale""#];
    assert_eq!(scrape.sum("inference_requests_total", &labels), Some(1.0));
}

#[tokio::test(start_paused = true)]
async fn hedge_is_counted_and_the_slower_call_is_cancelled() {
    let scrape = Scrape::default();
    let _guard = scrape.install();
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
    assert!(call(&HEDGED, &inference).await);
    assert_eq!(calls.count(), 2);
    assert_eq!(scrape.sum("inference_hedges_total", &[]), Some(1.0));
    let upstream = "inference_upstream_duration_seconds_count";
    assert_eq!(
        scrape.sum(upstream, &[r#"error_type="cancelled""#]),
        Some(1.0)
    );
    assert_eq!(scrape.sum(upstream, &[r#"error_type="""#]), Some(1.0));
}

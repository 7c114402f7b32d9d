//! The `INFERENCE_*` variables.

use inference_tests::upstream::{Answer, Upstream};

use super::{RunningService, start_error};

/// Returns how often a failing model is called with this configuration.
async fn count_calls(file: &str, variables: &[(&str, &str)]) -> usize {
    let upstream = Upstream::always(Answer::status(503)).await;
    let url = upstream.url();
    let mut all = vec![("HF_TOKEN", "hf_test"), ("INFERENCE_HF_BASE_URL", &url)];
    all.extend(variables);
    let service = RunningService::start(file, &all);
    service.post("fine").await;
    upstream.request_count()
}

#[tokio::test]
async fn default_variable_applies_to_operations_without_the_setting() {
    assert_eq!(count_calls("", &[]).await, 1);
    assert_eq!(count_calls("", &[("INFERENCE_RETRY", "1")]).await, 2);
    assert_eq!(count_calls("", &[("INFERENCE_RETRY", "false")]).await, 1);
    let file = "[defaults]\nretry = 2\n";
    assert_eq!(count_calls(file, &[]).await, 3);
    assert_eq!(count_calls(file, &[("INFERENCE_RETRY", "0")]).await, 1);
}

#[tokio::test]
async fn operation_variable_applies_to_that_operation_only() {
    let one = ("INFERENCE_OPERATIONS_SENTIMENT_RETRY", "1");
    assert_eq!(count_calls("", &[one]).await, 2);
    // It overrides the file.
    let file = "[operations.sentiment]\nretry = 3\n";
    assert_eq!(count_calls(file, &[one]).await, 2);
    // The variable of another operation has no effect.
    assert_eq!(
        count_calls("", &[("INFERENCE_OPERATIONS_BOUNDED_RETRY", "3")]).await,
        1
    );
}

#[tokio::test]
async fn model_variable_accepts_a_chain() {
    let service = RunningService::start(
        "",
        &[(
            "INFERENCE_OPERATIONS_SENTIMENT_MODEL",
            "org/model, local::sentiment",
        )],
    );
    assert_eq!(
        service.post("A dull film.").await,
        "NEGATIVE model local::sentiment"
    );
}

#[test]
fn invalid_operation_variable_stops_the_start() {
    for (name, value, expected) in [
        (
            "INFERENCE_OPERATIONS_SENTIMENT_TIMEOT",
            "1s",
            "did you mean `INFERENCE_OPERATIONS_SENTIMENT_TIMEOUT`?",
        ),
        (
            "INFERENCE_OPERATIONS_SENTIMANT_RETRY",
            "2",
            "did you mean `INFERENCE_OPERATIONS_SENTIMENT_RETRY`?",
        ),
        (
            "INFERENCE_OPERATIONS_NOBODY_AT_ALL_COLOUR",
            "red",
            "write the operation's name after `INFERENCE_OPERATIONS_`",
        ),
        (
            "INFERENCE_OPERATIONS_SENTIMENT_RETRY",
            "often",
            "`retry = 2`",
        ),
        (
            "INFERENCE_OPERATIONS_BOUNDED_RETRY",
            "4",
            "the annotation of `bounded` does not allow `retry` to be this; help: it allows at most 3",
        ),
    ] {
        let stderr = start_error("", &[(name, value)]);
        assert!(
            stderr.contains(name) && stderr.contains(expected),
            "{name}: {stderr}"
        );
    }
}

#[test]
fn invalid_variable_stops_the_start() {
    for (name, value, expected) in [
        ("INFERENCE_TIMEOUT", "soon", "`soon` is not a duration"),
        ("INFERENCE_CACHE", "yes", "`yes` is not a duration"),
        (
            "INFERENCE_CACHE_MAX_ENTRIES",
            "0",
            "`0` is not a positive integer",
        ),
        (
            "INFERENCE_CACHE_MAX_ENTRY_SIZE",
            "big",
            "`big` is not a size",
        ),
        (
            "INFERENCE_FOO",
            "1",
            "choose from INFERENCE_TIMEOUT, INFERENCE_MAX_INPUT, INFERENCE_CACHE",
        ),
        (
            "INFERENCE_HF_BASEURL",
            "http://127.0.0.1",
            "did you mean `INFERENCE_HF_BASE_URL`?",
        ),
    ] {
        let stderr = start_error("", &[(name, value)]);
        assert!(
            stderr.contains(name) && stderr.contains(expected),
            "{name}: {stderr}"
        );
    }
}

//! The `INFERENCE_*` variables.

use inference_tests::upstream::{Answer, Upstream};

use super::{Running, refusal};

/// How often a model is asked that never answers, under these variables.
async fn calls(file: &str, variables: &[(&str, &str)]) -> usize {
    let upstream = Upstream::answering(Answer::status(503)).await;
    let url = upstream.url();
    let mut all = vec![("HF_TOKEN", "hf_test"), ("INFERENCE_HF_BASE_URL", &url)];
    all.extend(variables);
    let service = Running::start(file, &all);
    service.ask("fine").await;
    upstream.count()
}

#[tokio::test]
async fn a_default_is_for_operations_that_do_not_say() {
    assert_eq!(calls("", &[]).await, 1);
    assert_eq!(calls("", &[("INFERENCE_RETRY", "1")]).await, 2);
    assert_eq!(calls("", &[("INFERENCE_RETRY", "false")]).await, 1);
    let file = "[defaults]\nretry = 2\n";
    assert_eq!(calls(file, &[]).await, 3);
    assert_eq!(calls(file, &[("INFERENCE_RETRY", "0")]).await, 1);
}

#[tokio::test]
async fn a_variable_speaks_of_one_operation() {
    let one = ("INFERENCE_OPERATIONS_SENTIMENT_RETRY", "1");
    assert_eq!(calls("", &[one]).await, 2);
    // It has the last word over the file.
    let file = "[operations.sentiment]\nretry = 3\n";
    assert_eq!(calls(file, &[one]).await, 2);
    // That of another operation is no word about this one.
    assert_eq!(
        calls("", &[("INFERENCE_OPERATIONS_BOUNDED_RETRY", "3")]).await,
        1
    );
}

#[tokio::test]
async fn a_variable_names_a_chain_of_models() {
    let service = Running::start(
        "",
        &[(
            "INFERENCE_OPERATIONS_SENTIMENT_MODEL",
            "org/model, local::sentiment",
        )],
    );
    assert_eq!(
        service.ask("A dull film.").await,
        "NEGATIVE model local::sentiment"
    );
}

#[test]
fn a_variable_of_an_operation_that_means_nothing_stops_the_start() {
    for (name, value, words) in [
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
            "write the operation's name behind `INFERENCE_OPERATIONS_`",
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
        let said = refusal("", &[(name, value)]);
        assert!(
            said.contains(name) && said.contains(words),
            "{name}: {said}"
        );
    }
}

#[test]
fn a_variable_that_means_nothing_stops_the_start() {
    for (name, value, words) in [
        ("INFERENCE_TIMEOUT", "soon", "`soon` is not a duration"),
        ("INFERENCE_CACHE", "yes", "`yes` is not a duration"),
        (
            "INFERENCE_CACHE_MAX_ENTRIES",
            "0",
            "`0` is no number above zero",
        ),
        (
            "INFERENCE_CACHE_MAX_ENTRY_SIZE",
            "big",
            "`big` is not a size",
        ),
        (
            "INFERENCE_FOO",
            "1",
            "there are INFERENCE_TIMEOUT, INFERENCE_MAX_INPUT, INFERENCE_CACHE",
        ),
        (
            "INFERENCE_HF_BASEURL",
            "http://127.0.0.1",
            "did you mean `INFERENCE_HF_BASE_URL`?",
        ),
    ] {
        let said = refusal("", &[(name, value)]);
        assert!(
            said.contains(name) && said.contains(words),
            "{name}: {said}"
        );
    }
}

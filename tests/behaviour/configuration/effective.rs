//! The effective settings of a program, with the origin of each value.

use std::collections::BTreeMap;

use super::RunningService;

/// The settings of one operation as the service prints them: `name = value (origin)`.
async fn settings(
    file: &str,
    variables: &[(&str, &str)],
    operation: &str,
) -> BTreeMap<String, String> {
    let service = RunningService::start(file, variables);
    let printed = service.post_to("settings", operation).await;
    printed
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[tokio::test]
async fn every_value_has_the_origin_of_the_layer_that_sets_it() {
    let file = "[defaults]\ntimeout = \"9s\"\nhedge = \"1s\"\nmax_input = \"2KB\"\n\n[operations.sentiment]\nretry = 3\n[operations.sentiment.cache]\nttl = \"5m\"\n";
    let variables = [("INFERENCE_OPERATIONS_SENTIMENT_CONCURRENCY", "7")];
    let sentiment = settings(file, &variables, "sentiment").await;
    for (name, expected) in [
        ("model", "org/model (annotation)"),
        ("timeout", "5s (annotation)"),
        ("hedge", "1s (inference.toml:3)"),
        ("max_input", "2KB (inference.toml:4)"),
        ("retry.attempts", "4 (inference.toml:7)"),
        ("retry.backoff", "100ms (default)"),
        ("cache.ttl", "5m (inference.toml:8)"),
        ("cache.single_flight", "process (default)"),
        (
            "concurrency",
            "7 (INFERENCE_OPERATIONS_SENTIMENT_CONCURRENCY)",
        ),
        ("circuit_breaker", "false (default)"),
    ] {
        let found = sentiment.get(name).map(String::as_str);
        assert_eq!(found, Some(expected), "{name} of {sentiment:#?}");
    }
}

#[tokio::test]
async fn a_table_changes_the_settings_that_it_names_and_a_default_gives_way() {
    let file = "[defaults]\nhedge = \"8s\"\n[operations.bounded.retry]\nbackoff = \"50ms\"\n";
    let bounded = settings(file, &[], "bounded").await;
    for (name, expected) in [
        ("retry.attempts", "2 (annotation)"),
        ("retry.backoff", "50ms (inference.toml:3)"),
        ("attempt_timeout", "4s (annotation)"),
        // It would begin after the end of an attempt.
        ("hedge", "false (default)"),
    ] {
        let found = bounded.get(name).map(String::as_str);
        assert_eq!(found, Some(expected), "{name} of {bounded:#?}");
    }
}

//! Policies in `inference.toml`.

use inference_tests::upstream::{Answer, Upstream};
use serde_json::json;

use super::{RunningService, start_error};

fn positive() -> Answer {
    Answer::json(&json!([[{"label": "POSITIVE", "score": 0.99}]]))
}

fn start(upstream: &Upstream, file: &str) -> RunningService {
    let url = upstream.url();
    RunningService::start(
        file,
        &[("HF_TOKEN", "hf_test"), ("INFERENCE_HF_BASE_URL", &url)],
    )
}

#[tokio::test]
async fn file_accepts_every_policy() {
    let file = r#"
        [operations.sentiment]
        model = "local::sentiment"
        timeout = "2s"
        max_input = "64KB"
        cache = { ttl = "5m", stale_if_error = "1h", stale_while_revalidate = "1m", client_control = true, single_flight = "process" }
        retry = { attempts = 3, backoff = "100ms", max_backoff = "2s" }
        attempt_timeout = "1s"
        circuit_breaker = { failures = 5, reset = "30s" }
        rate_limit = "100/s"
        concurrency = 16
        hedge = "300ms"

        [defaults]
        timeout = "8s"
        max_input = "1MB"
        cache = false
        retry = false
        attempt_timeout = false
        circuit_breaker = false
        rate_limit = false
        concurrency = false
        hedge = false
    "#;
    let service = RunningService::start(file, &[]);
    assert_eq!(
        service.post("A dull film.").await,
        "NEGATIVE model local::sentiment"
    );
    assert_eq!(
        service.post("A dull film.").await,
        "NEGATIVE cache local::sentiment"
    );
}

#[tokio::test]
async fn file_sets_the_number_of_attempts() {
    for (line, calls) in [
        ("retry = 2", 3),
        ("retry = false", 1),
        ("retry = 0", 1),
        ("retry = { attempts = 4, backoff = \"1ms\" }", 4),
        ("retry = { max_backoff = \"1ms\" }", 3),
    ] {
        let upstream = Upstream::always(Answer::status(503)).await;
        let service = start(&upstream, &format!("[operations.sentiment]\n{line}\n"));
        service.post("fine").await;
        assert_eq!(upstream.request_count(), calls, "{line}");
    }
}

#[tokio::test]
async fn table_changes_only_the_keys_it_contains() {
    let upstream = Upstream::always(Answer::status(503)).await;
    let file = "[operations.bounded]\nretry = { backoff = \"1ms\" }\n";
    start(&upstream, file).post_to("bounded", "fine").await;
    // The two attempts of the annotation remain.
    assert_eq!(upstream.request_count(), 2);
}

#[tokio::test]
async fn file_sets_stale_if_error() {
    let mut first_call = true;
    let upstream = Upstream::respond_with(move |_| {
        if std::mem::take(&mut first_call) {
            positive()
        } else {
            Answer::status(503)
        }
    })
    .await;
    let file = "[operations.sentiment]\ncache = { ttl = \"1ms\", stale_if_error = \"1h\" }\n";
    let service = start(&upstream, file);
    assert_eq!(service.post("fine").await, "POSITIVE model org/model");
    let mut answer = service.post("fine").await;
    while upstream.request_count() < 2 {
        answer = service.post("fine").await;
    }
    assert_eq!(answer, "POSITIVE stale org/model");
}

#[tokio::test]
async fn file_sets_max_input() {
    let file = "[operations.sentiment]\nmodel = \"local::sentiment\"\nmax_input = \"4B\"\n";
    let service = RunningService::start(file, &[]);
    assert_eq!(
        service.post("fine").await,
        "POSITIVE model local::sentiment"
    );
    assert_eq!(
        service.post("quite fine").await,
        "input_too_large fallback none"
    );
}

#[test]
fn contradictory_settings_stop_the_start() {
    for (file, expected) in [
        (
            "[operations.bounded]\n\ntimeout = \"3s\"\n",
            "inference.toml:3: `attempt_timeout`, which is 4s, is longer than `timeout`, which is 3s; help: one attempt cannot have more time than all of them: make it shorter, or `timeout` longer",
        ),
        (
            "[operations.sentiment]\nattempt_timeout = \"6s\"\n",
            "inference.toml:2: `attempt_timeout`, which is 6s, is longer than `timeout`, which is 5s",
        ),
        (
            "[operations.sentiment]\nhedge = \"5s\"\n",
            "inference.toml:2: `hedge`, which is 5s, is not shorter than `timeout`, which is 5s",
        ),
        (
            "[operations.bounded]\nhedge = \"4500ms\"\n",
            "inference.toml:2: `hedge`, which is 4s 500ms, is longer than `attempt_timeout`, which is 4s",
        ),
        (
            "[operations.sentiment]\nretry = { backoff = \"6s\" }\n",
            "inference.toml:2: `backoff`, which is 6s, is longer than `timeout`, which is 5s",
        ),
        (
            "[operations.bounded]\nretry = { backoff = \"3s\", max_backoff = \"2s\" }\n",
            "inference.toml:2: `backoff`, which is 3s, is longer than `max_backoff`, which is 2s",
        ),
        (
            "[operations.sentiment]\ncache = { stale_if_error = \"1h\" }\n",
            "inference.toml:2: `cache` lacks the time to live; help: add `ttl",
        ),
        (
            "[operations.sentiment]\nretry = { attempts = 1 }\n",
            "inference.toml:2: `attempts` counts the first call, too",
        ),
        (
            "[defaults]\ntimeout = \"1s\"\nattempt_timeout = \"2s\"\n",
            "inference.toml:3: `attempt_timeout`, which is 2s, is longer than `timeout`, which is 1s",
        ),
        (
            "[defaults]\nmodel = \"org/model\"\n",
            "inference.toml:2: `model` cannot be a default; help: write it below `[operations.NAME]`",
        ),
    ] {
        let stderr = start_error(file, &[]);
        assert!(stderr.contains(expected), "{file}: {stderr}");
    }
}

#[tokio::test]
async fn default_does_not_contradict_a_setting_of_an_operation() {
    // `sentiment` has a timeout of 5 s, and `bounded` an attempt timeout of 4 s.
    let file = "[defaults]\nattempt_timeout = \"7s\"\nhedge = \"6s\"\n";
    let upstream = Upstream::always(positive()).await;
    let service = start(&upstream, file);
    assert_eq!(service.post("fine").await, "POSITIVE model org/model");
    assert_eq!(service.post_to("bounded", "fine").await, "POSITIVE model");
}

#[test]
fn invalid_policy_stops_the_start() {
    for (line, expected) in [
        (
            "retry = true",
            "`retry = true` lacks the number of retries; help: write `retry = 2`",
        ),
        ("retry = -1", "`retry` cannot be negative"),
        ("retry = \"twice\"", "`retry` accepts a whole number"),
        (
            "retry = { attemps = 3 }",
            "`retry` has no setting `attemps`; help: did you mean `attempts`?",
        ),
        (
            "cache = { ttl = \"5m\", single_flight = \"clutser\" }",
            "help: did you mean `cluster`?",
        ),
        (
            "cache = 300",
            "`300` has no unit; help: write a unit: `\"300s\"`",
        ),
        (
            "cache = { ttl = \"0s\" }",
            "`0s` is shorter than a millisecond",
        ),
        (
            "attempt_timeout = true",
            "`attempt_timeout = true` lacks the time",
        ),
        (
            "circuit_breaker = 5",
            "accepts `true`, `false`, or settings; help: write `circuit_breaker = { failures = 5, reset",
        ),
        (
            "circuit_breaker = { failures = 0 }",
            "`failures` cannot be zero",
        ),
        (
            "rate_limit = 100",
            "`100` has no unit; help: write `\"100/s\"`",
        ),
        (
            "rate_limit = \"100 a second\"",
            "`100 a second` is not a rate",
        ),
        ("rate_limit = \"0/s\"", "`0/s` allows no call"),
        ("rate_limit = [1]", "accepts a rate in quotes"),
        ("concurrency = 0", "a `concurrency` of zero allows no call"),
        ("concurrency = \"16\"", "accepts a number without quotes"),
        ("hedge = \"soon\"", "`soon` is not a duration"),
        (
            "hedge = { after = \"1s\" }",
            "`hedge` accepts a duration in quotes, or `false`",
        ),
        ("max_input = true", "`max_input` accepts a size in quotes"),
        ("timeout = false", "`timeout` accepts a duration in quotes"),
    ] {
        let stderr = start_error(&format!("[operations.sentiment]\n{line}\n"), &[]);
        assert!(
            stderr.contains("inference.toml:2: ") && stderr.contains(expected),
            "{line}: {stderr}"
        );
    }
}

//! `allow(...)` in an annotation: which settings the configuration may change.

use super::{RunningService, start_error};

#[test]
fn setting_outside_allow_stops_the_start() {
    for (line, expected) in [
        (
            "model = \"other/model\"",
            "does not allow the model `other/model`; help: it allows `org/*`, `local::sentiment`",
        ),
        (
            "model = [\"org/other\", \"ollama::other\"]",
            "does not allow the model `ollama::other`",
        ),
        (
            "timeout = \"500ms\"",
            "does not allow `timeout` to be this; help: it allows 1s to 10s",
        ),
        ("timeout = \"11s\"", "it allows 1s to 10s"),
        ("cache = \"2h\"", "it allows at most 1h"),
        ("cache = { ttl = \"61m\" }", "it allows at most 1h"),
        ("retry = 4", "it allows at most 3"),
        ("retry = { attempts = 5 }", "it allows at most 3"),
        ("concurrency = 65", "it allows 1 to 64"),
        ("concurrency = false", "it allows 1 to 64"),
        (
            "rate_limit = \"1/s\"",
            "does not allow `rate_limit` to be changed; help: it allows `model`, `timeout`, `cache`, `retry`, `concurrency`, `hedge`",
        ),
    ] {
        let stderr = start_error(&format!("[operations.bounded]\n\n{line}\n"), &[]);
        assert!(
            stderr.contains("inference.toml:3: the annotation of `bounded`")
                && stderr.contains(expected),
            "{line}: {stderr}"
        );
    }
    let stderr = start_error("[operations.fixed]\ntimeout = \"1s\"\n", &[]);
    assert!(
        stderr.contains("it allows no changes: remove the key"),
        "{stderr}"
    );
}

#[tokio::test]
async fn setting_within_allow_applies() {
    let file = r#"
        [operations.bounded]
        model = ["org/other", "local::sentiment"]
        timeout = "10s"
        cache = "1h"
        retry = false
        concurrency = 64
        hedge = "1ms"
    "#;
    let service = RunningService::start(file, &[]);
    assert_eq!(
        service.post_to("bounded", "A dull film.").await,
        "NEGATIVE model"
    );
    assert_eq!(
        service.post_to("bounded", "A dull film.").await,
        "NEGATIVE cache"
    );
}

#[tokio::test]
async fn allow_does_not_restrict_defaults() {
    // Defaults still apply to settings that an annotation with an empty `allow` does not mention.
    let service = RunningService::start("[defaults]\ntimeout = \"1s\"\n", &[]);
    assert_eq!(service.post_to("fixed", "A dull film.").await, "NEUTRAL");
}

//! What `allow(...)` in an annotation lets the configuration change.

use super::{RunningService, start_error};

#[test]
fn what_is_not_allowed_stops_the_start() {
    for (line, words) in [
        (
            "model = \"other/model\"",
            "does not allow the model `other/model`; help: it allows `org/*`, `local::sentiment`",
        ),
        (
            "model = [\"org/other\", \"local::other\"]",
            "does not allow the model `local::other`",
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
        let said = start_error(&format!("[operations.bounded]\n\n{line}\n"), &[]);
        assert!(
            said.contains("inference.toml:3: the annotation of `bounded`") && said.contains(words),
            "{line}: {said}"
        );
    }
    let said = start_error("[operations.fixed]\ntimeout = \"1s\"\n", &[]);
    assert!(
        said.contains("it allows nothing: take the key out"),
        "{said}"
    );
}

#[tokio::test]
async fn what_is_allowed_holds() {
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
async fn defaults_are_no_change() {
    // An annotation that allows nothing is still filled in where it is silent.
    let service = RunningService::start("[defaults]\ntimeout = \"1s\"\n", &[]);
    assert_eq!(service.post_to("fixed", "A dull film.").await, "NEUTRAL");
}

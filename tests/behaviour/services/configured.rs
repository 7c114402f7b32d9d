//! Backends configured by the file and the environment of a process.

use inference_tests::upstream::{Answer, Upstream};
use serde_json::json;

use super::KEY;
use crate::configuration::{RunningService, start_error};

/// A server with the response of `/predict`.
async fn tei() -> Upstream {
    Upstream::always(Answer::json(&json!([{"label": "POSITIVE", "score": 0.9}]))).await
}

const OPERATION: &str = "[operations.sentiment]\nmodel = \"my-tei::m\"\n";

#[tokio::test]
async fn file_sets_the_kind_the_base_url_and_the_key_variable() {
    let upstream = tei().await;
    let file = format!(
        "{OPERATION}[backends.my-tei]\nkind = \"tei\"\nbase_url = \"{}\"\napi_key_env = \"MY_KEY\"\nmax_response = \"1MB\"\n",
        upstream.url()
    );
    let service = RunningService::start(&file, &[("MY_KEY", KEY)]);
    assert_eq!(service.post("fine").await, "POSITIVE model my-tei::m");
    let request = upstream.request();
    assert_eq!(request.path, "/predict");
    assert_eq!(request.header("authorization"), format!("Bearer {KEY}"));
    drop(service);

    let service = RunningService::start(&file, &[]);
    assert_eq!(service.post("fine").await, "not_configured fallback none");
    assert_eq!(upstream.request_count(), 1);
}

#[tokio::test]
async fn variables_override_the_file() {
    let upstream = tei().await;
    let key = tempfile::NamedTempFile::new().expect("a temporary file should be created");
    std::fs::write(key.path(), format!("{KEY}\n")).expect("the file should be written");
    let url = upstream.url();
    let variables = [
        ("INFERENCE_BACKENDS_MY_TEI_BASE_URL", url.as_str()),
        (
            "INFERENCE_BACKENDS_MY_TEI_API_KEY_FILE",
            key.path().to_str().expect("the path should be UTF-8"),
        ),
    ];
    let file = format!(
        "{OPERATION}[backends.my-tei]\nkind = \"tei\"\nbase_url = \"http://127.0.0.1:1\"\n"
    );
    let service = RunningService::start(&file, &variables);
    assert_eq!(service.post("fine").await, "POSITIVE model my-tei::m");
    assert_eq!(
        upstream.request().header("authorization"),
        format!("Bearer {KEY}")
    );
}

#[test]
fn invalid_backend_setting_stops_the_start_with_its_position() {
    for (section, expected) in [
        (
            "[backends.x]\nkind = \"opanai\"",
            "inference.toml:1: backends.x: unknown kind `opanai`; help: did you mean `openai`?",
        ),
        (
            "[backends.x]\nbase_url = \"http://a\"",
            "backends.x: missing `kind`; help: set it to one of `openai`, `tei`",
        ),
        (
            "\n[backends.x]\nkind = \"tei\"\nbase_ulr = \"http://a\"",
            "inference.toml:4: unknown field `base_ulr`",
        ),
        (
            "[backends.x]\nkind = \"tei\"\nbase_ulr = \"http://a\"",
            "did you mean `base_url`?",
        ),
        (
            "[backends.x]\nkind = \"tei\"\napi_key = \"sk-nottobeseen\"",
            "did you mean `api_key_env`?",
        ),
        (
            "[backends.x]\nkind = \"tei\"",
            "backends.x: text-embeddings-inference has no base URL",
        ),
        (
            "[backends.x]\nkind = \"tei\"\nbase_url = \"http://u:nottobeseen@a\"",
            "a password",
        ),
        (
            "[backends.x]\nkind = \"tei\"\nbase_url = \"http://a\"\nvoice = \"nova\"",
            "the kind `tei` has no key `voice`",
        ),
        ("[backends.x]\nkind = \"vertex\"", "`project`"),
        ("[backends.X]\nkind = \"tei\"", "invalid backend name"),
        (
            "[backends.x]\nkind = \"tei\"\nbase_url = \"http://a\"\napi_key_env = \"A\"\napi_key_file = \"b\"",
            "`api_key_env` and `api_key_file` cannot be combined",
        ),
    ] {
        let stderr = start_error(section, &[]);
        assert!(stderr.contains(expected), "{section}: {stderr}");
        assert!(!stderr.contains("nottobe"), "{stderr}");
    }
    for (variable, value, expected) in [
        ("INFERENCE_BACKENDS_X_COLOUR", "red", "`_BASE_URL`"),
        (
            "INFERENCE_BACKENDS_X_MAX_RESPONSE",
            "much",
            "`much` is not a size",
        ),
        (
            "INFERENCE_BACKENDS_X_KIND",
            "tgi",
            "backends.x: text-generation-inference has no base URL",
        ),
    ] {
        let stderr = start_error("", &[(variable, value)]);
        assert!(stderr.contains(expected), "{variable}: {stderr}");
    }
}

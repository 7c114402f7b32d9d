//! Services as the environment of a process describes them.

use inference_tests::upstream::{Answer, Upstream};
use serde_json::json;

use super::KEY;
use crate::configuration::{Running, refusal};

/// The answer of `/predict`.
async fn tei() -> Upstream {
    Upstream::answering(Answer::json(&json!([{"label": "POSITIVE", "score": 0.9}]))).await
}

const OPERATION: &str = "[operations.sentiment]\nmodel = \"my-tei::m\"\n";

#[tokio::test]
async fn the_file_names_kind_address_and_where_the_key_is() {
    let upstream = tei().await;
    let file = format!(
        "{OPERATION}[backends.my-tei]\nkind = \"tei\"\nbase_url = \"{}\"\napi_key_env = \"MY_KEY\"\nmax_response = \"1MB\"\n",
        upstream.url()
    );
    let service = Running::start(&file, &[("MY_KEY", KEY)]);
    assert_eq!(service.ask("fine").await, "POSITIVE model my-tei::m");
    let request = upstream.request();
    assert_eq!(request.path, "/predict");
    assert_eq!(request.header("authorization"), format!("Bearer {KEY}"));
    drop(service);

    let service = Running::start(&file, &[]);
    assert_eq!(service.ask("fine").await, "not_configured fallback none");
    assert_eq!(upstream.count(), 1);
}

#[tokio::test]
async fn variables_do_too_and_have_the_last_word() {
    let upstream = tei().await;
    let key = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(key.path(), format!("{KEY}\n")).expect("written");
    let url = upstream.url();
    let variables = [
        ("INFERENCE_BACKENDS_MY_TEI_BASE_URL", url.as_str()),
        (
            "INFERENCE_BACKENDS_MY_TEI_API_KEY_FILE",
            key.path().to_str().expect("text"),
        ),
    ];
    let file = format!(
        "{OPERATION}[backends.my-tei]\nkind = \"tei\"\nbase_url = \"http://127.0.0.1:1\"\n"
    );
    let service = Running::start(&file, &variables);
    assert_eq!(service.ask("fine").await, "POSITIVE model my-tei::m");
    assert_eq!(
        upstream.request().header("authorization"),
        format!("Bearer {KEY}")
    );
}

#[test]
fn a_slip_stops_the_start_and_says_where() {
    for (section, words) in [
        (
            "[backends.x]\nkind = \"opanai\"",
            "inference.toml:1: backends.x: no kind is named `opanai`; help: did you mean `openai`?",
        ),
        (
            "[backends.x]\nbase_url = \"http://a\"",
            "backends.x: no `kind`; help: set it to one of `openai`, `tei`",
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
        (
            "[backends.X]\nkind = \"tei\"",
            "a backend cannot have this name",
        ),
        (
            "[backends.x]\nkind = \"tei\"\nbase_url = \"http://a\"\napi_key_env = \"A\"\napi_key_file = \"b\"",
            "both `api_key_env` and `api_key_file`",
        ),
    ] {
        let said = refusal(section, &[]);
        assert!(said.contains(words), "{section}: {said}");
        assert!(!said.contains("nottobe"), "{said}");
    }
    for (variable, value, words) in [
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
        let said = refusal("", &[(variable, value)]);
        assert!(said.contains(words), "{variable}: {said}");
    }
}

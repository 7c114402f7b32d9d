//! Hugging Face as the environment of a process describes it.

use inference_tests::upstream::Upstream;

use super::{TOKEN, positive};
use crate::configuration::{Running, refusal};

#[tokio::test]
async fn variables_name_the_address_the_token_and_who_pays() {
    let upstream = Upstream::answering(positive()).await;
    let variables = [
        ("INFERENCE_HF_BASE_URL", upstream.url()),
        ("INFERENCE_HF_BILL_TO", "my-org".to_owned()),
        ("HF_TOKEN", format!("{TOKEN}\n")),
    ];
    let service = Running::start("", &borrowed(&variables));
    assert_eq!(service.ask("fine").await, "POSITIVE model org/model");
    let request = upstream.request();
    assert_eq!(request.header("authorization"), format!("Bearer {TOKEN}"));
    assert_eq!(request.header("x-hf-bill-to"), "my-org");
}

#[tokio::test]
async fn the_file_does_too_and_bounds_the_answer() {
    let upstream = Upstream::answering(positive()).await;
    let file = format!(
        "[hf]\nbase_url = \"{}/prefix\"\nbill_to = \"my-org\"\nmax_response = \"8B\"\n",
        upstream.url()
    );
    let service = Running::start(&file, &[("HUGGING_FACE_HUB_TOKEN", TOKEN)]);
    assert_eq!(service.ask("fine").await, "output_too_large fallback none");
    let request = upstream.request();
    assert_eq!(request.path, "/prefix/hf-inference/models/org/model");
    assert_eq!(request.header("x-hf-bill-to"), "my-org");
}

#[tokio::test]
async fn the_token_of_a_login_is_found() {
    let upstream = Upstream::answering(positive()).await;
    let home = tempfile::tempdir().expect("a folder");
    std::fs::write(home.path().join("token"), TOKEN).expect("written");
    let variables = [
        ("INFERENCE_HF_BASE_URL", upstream.url()),
        ("HF_HOME", home.path().to_str().expect("text").to_owned()),
    ];
    let service = Running::start("", &borrowed(&variables));
    assert_eq!(service.ask("fine").await, "POSITIVE model org/model");
    assert_eq!(
        upstream.request().header("authorization"),
        format!("Bearer {TOKEN}")
    );
}

#[tokio::test]
async fn no_proxy_of_the_environment_sees_the_token() {
    let upstream = Upstream::answering(positive()).await;
    let proxy = Upstream::answering(positive()).await;
    let variables = [
        ("INFERENCE_HF_BASE_URL", upstream.url()),
        ("HF_TOKEN", TOKEN.to_owned()),
        ("HTTP_PROXY", proxy.url()),
        ("http_proxy", proxy.url()),
        ("ALL_PROXY", proxy.url()),
    ];
    let service = Running::start("", &borrowed(&variables));
    assert_eq!(service.ask("fine").await, "POSITIVE model org/model");
    assert_eq!((upstream.count(), proxy.count()), (1, 0));
}

#[tokio::test]
async fn a_machine_without_certificates_starts_and_says_so() {
    let none = tempfile::NamedTempFile::new().expect("a file");
    let path = none.path().to_str().expect("text");
    let variables = [
        ("HF_TOKEN", TOKEN),
        ("SSL_CERT_FILE", path),
        ("SSL_CERT_DIR", path),
    ];
    let service = Running::start("", &variables);
    assert_eq!(service.ask("fine").await, "not_configured fallback none");

    let chain = "[operations.sentiment]\nmodel = [\"org/model\", \"local::sentiment\"]\n";
    let service = Running::start(chain, &variables);
    assert_eq!(
        service.ask("A wonderful film!").await,
        "POSITIVE model local::sentiment"
    );

    // Where nothing is encrypted nothing needs them.
    let upstream = Upstream::answering(positive()).await;
    let url = upstream.url();
    let mut variables = variables.to_vec();
    variables.push(("INFERENCE_HF_BASE_URL", &url));
    let service = Running::start("", &variables);
    assert_eq!(service.ask("fine").await, "POSITIVE model org/model");
}

#[test]
fn what_cannot_be_used_stops_the_start_unseen() {
    for (name, value, words) in [
        (
            "HF_TOKEN",
            "hf_nottobe seen",
            "the token of Hugging Face contains invalid characters",
        ),
        (
            "INFERENCE_HF_BASE_URL",
            "https://user:hf_nottobeseen@proxy",
            "a password",
        ),
        ("INFERENCE_HF_BILL_TO", "nottobe\nseen", "`bill_to`"),
    ] {
        let said = refusal("", &[(name, value)]);
        assert!(said.contains(words), "{name}: {said}");
        assert!(!said.contains("nottobe"), "{name}: {said}");
    }
}

fn borrowed<'a>(variables: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    variables
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect()
}

#[tokio::test]
async fn another_provider_is_not_asked_in_its_stead() {
    let upstream = Upstream::answering(positive()).await;
    let url = upstream.url();
    let variables = [("INFERENCE_HF_BASE_URL", url.as_str()), ("HF_TOKEN", TOKEN)];
    let file = |model| format!("[operations.sentiment]\nmodel = \"{model}\"\n");
    let service = Running::start(&file("org/model:groq"), &variables);
    assert_eq!(service.ask("fine").await, "unsupported fallback none");
    assert_eq!(upstream.count(), 0);

    let service = Running::start(&file("org/model:hf-inference"), &variables);
    assert_eq!(
        service.ask("fine").await,
        "POSITIVE model org/model:hf-inference"
    );
    assert_eq!(upstream.request().path, "/hf-inference/models/org/model");
}

//! Hugging Face, configured by the environment of a process.

use inference_tests::upstream::Upstream;

use super::{TOKEN, positive};
use crate::configuration::{RunningService, start_error};

#[tokio::test]
async fn variables_set_the_base_url_the_token_and_the_billed_organisation() {
    let upstream = Upstream::always(positive()).await;
    let variables = [
        ("INFERENCE_HF_BASE_URL", upstream.url()),
        ("INFERENCE_HF_BILL_TO", "my-org".to_owned()),
        ("HF_TOKEN", format!("{TOKEN}\n")),
    ];
    let service = RunningService::start("", &as_strs(&variables));
    assert_eq!(service.post("fine").await, "POSITIVE model org/model");
    let request = upstream.request();
    assert_eq!(request.header("authorization"), format!("Bearer {TOKEN}"));
    assert_eq!(request.header("x-hf-bill-to"), "my-org");
}

#[tokio::test]
async fn file_sets_the_base_url_the_billed_organisation_and_max_response() {
    let upstream = Upstream::always(positive()).await;
    let file = format!(
        "[hf]\nbase_url = \"{}/prefix\"\nbill_to = \"my-org\"\nmax_response = \"8B\"\n",
        upstream.url()
    );
    let service = RunningService::start(&file, &[("HUGGING_FACE_HUB_TOKEN", TOKEN)]);
    assert_eq!(service.post("fine").await, "output_too_large fallback none");
    let request = upstream.request();
    assert_eq!(request.path, "/prefix/hf-inference/models/org/model");
    assert_eq!(request.header("x-hf-bill-to"), "my-org");
}

#[tokio::test]
async fn token_file_of_a_login_is_read() {
    let upstream = Upstream::always(positive()).await;
    let home = tempfile::tempdir().expect("a temporary folder should be created");
    std::fs::write(home.path().join("token"), TOKEN).expect("the file should be written");
    let variables = [
        ("INFERENCE_HF_BASE_URL", upstream.url()),
        (
            "HF_HOME",
            home.path()
                .to_str()
                .expect("the path should be UTF-8")
                .to_owned(),
        ),
    ];
    let service = RunningService::start("", &as_strs(&variables));
    assert_eq!(service.post("fine").await, "POSITIVE model org/model");
    assert_eq!(
        upstream.request().header("authorization"),
        format!("Bearer {TOKEN}")
    );
}

#[tokio::test]
async fn proxy_variables_are_ignored() {
    let upstream = Upstream::always(positive()).await;
    let proxy = Upstream::always(positive()).await;
    let variables = [
        ("INFERENCE_HF_BASE_URL", upstream.url()),
        ("HF_TOKEN", TOKEN.to_owned()),
        ("HTTP_PROXY", proxy.url()),
        ("http_proxy", proxy.url()),
        ("ALL_PROXY", proxy.url()),
    ];
    let service = RunningService::start("", &as_strs(&variables));
    assert_eq!(service.post("fine").await, "POSITIVE model org/model");
    assert_eq!((upstream.request_count(), proxy.request_count()), (1, 0));
}

#[tokio::test]
async fn missing_certificates_make_the_backend_unconfigured() {
    let empty_file = tempfile::NamedTempFile::new().expect("a temporary file should be created");
    let path = empty_file
        .path()
        .to_str()
        .expect("the path should be UTF-8");
    let variables = [
        ("HF_TOKEN", TOKEN),
        ("SSL_CERT_FILE", path),
        ("SSL_CERT_DIR", path),
    ];
    let service = RunningService::start("", &variables);
    assert_eq!(service.post("fine").await, "not_configured fallback none");

    let chain = "[operations.sentiment]\nmodel = [\"org/model\", \"local::sentiment\"]\n";
    let service = RunningService::start(chain, &variables);
    assert_eq!(
        service.post("A wonderful film!").await,
        "POSITIVE model local::sentiment"
    );

    // Without TLS, certificates are not needed.
    let upstream = Upstream::always(positive()).await;
    let url = upstream.url();
    let mut variables = variables.to_vec();
    variables.push(("INFERENCE_HF_BASE_URL", &url));
    let service = RunningService::start("", &variables);
    assert_eq!(service.post("fine").await, "POSITIVE model org/model");
}

#[test]
fn invalid_secret_stops_the_start_and_is_not_shown() {
    for (name, value, expected) in [
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
        let stderr = start_error("", &[(name, value)]);
        assert!(stderr.contains(expected), "{name}: {stderr}");
        assert!(!stderr.contains("nottobe"), "{name}: {stderr}");
    }
}

fn as_strs<'a>(variables: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    variables
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect()
}

#[tokio::test]
async fn unsupported_provider_stops_the_start_and_does_not_fall_back_to_another() {
    let upstream = Upstream::always(positive()).await;
    let url = upstream.url();
    let variables = [("INFERENCE_HF_BASE_URL", url.as_str()), ("HF_TOKEN", TOKEN)];
    let file = |model| format!("[operations.sentiment]\nmodel = \"{model}\"\n");
    let stderr = start_error(&file("org/model:groq"), &variables);
    assert!(
        stderr.contains("inference.toml:2: ")
            && stderr.contains("`groq` does not serve `text-classification`"),
        "{stderr}"
    );

    let service = RunningService::start(&file("org/model:hf-inference"), &variables);
    assert_eq!(
        service.post("fine").await,
        "POSITIVE model org/model:hf-inference"
    );
    assert_eq!(upstream.request().path, "/hf-inference/models/org/model");
}

//! Media given as a URL: rejected unless the host is listed.

use inference_runtime::{ConfigError, Receive, prelude::*, task};
use inference_tests::upstream::{Answer, Upstream};
use serde_json::json;

use super::{PNG, PNG_BASE64, WAV, builder_for, call, runtime_for};
use crate::configuration::start_error;

/// A model that returns the label "cat", and a host of images.
struct Servers {
    model: Upstream,
    host: Upstream,
}

impl Servers {
    async fn with_media(answers: impl IntoIterator<Item = Answer>) -> Self {
        let labels = json!([{"label": "cat", "score": 0.9}]);
        Self {
            model: Upstream::always(Answer::json(&labels)).await,
            host: Upstream::scripted(answers).await,
        }
    }

    async fn with_image() -> Self {
        Self::with_media([image()]).await
    }

    /// Builds a runtime that fetches from the media host and from the additional hosts.
    fn runtime_allowing(&self, more: &[&str]) -> Inference {
        Inference::builder()
            .backend(
                "hf",
                builder_for(&self.model)
                    .build()
                    .expect("the backend should build"),
            )
            .allow_media_hosts([self.authority()])
            .allow_media_hosts(more.iter().copied())
            .max_media_bytes(1_000)
            .build()
            .expect("the runtime should build")
    }

    fn authority(&self) -> String {
        self.host.url().trim_start_matches("http://").to_owned()
    }

    fn port(&self) -> String {
        self.host
            .url()
            .rsplit_once(':')
            .expect("the URL should have a port")
            .1
            .to_owned()
    }
}

fn image() -> Answer {
    Answer::status(200).body("image/png", PNG)
}

async fn classify(inference: &Inference, address: &str) -> Result<Label, InferenceError> {
    let call = call!(ImageClassification, inference, address);
    <Label as Receive<task::ImageClassification>>::receive(call).await
}

#[tokio::test]
async fn media_url_is_rejected_without_allowed_hosts() {
    let servers = Servers::with_image().await;
    let inference = runtime_for(&servers.model);
    for address in [
        servers.host.url(),
        "https://images.example.org/cat.png".to_owned(),
    ] {
        let error = classify(&inference, &address)
            .await
            .expect_err("the URL should be rejected");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("`media.allow_hosts`"), "{error}");
        assert!(!format!("{error:?}").contains(&address));
    }
    assert_eq!(
        (
            servers.host.connection_count(),
            servers.model.connection_count()
        ),
        (0, 0)
    );
}

#[tokio::test]
async fn media_of_an_allowed_host_is_fetched_and_sent_to_the_model() {
    let servers = Servers::with_image().await;
    let inference = servers.runtime_allowing(&[]);
    let address = format!("{}/cat?signature=secret", servers.host.url());
    let label = classify(&inference, &address)
        .await
        .expect("the call should succeed");
    assert_eq!(label.label, "cat");

    let fetched = servers.host.request();
    assert_eq!(
        (fetched.method.as_str(), fetched.path.as_str()),
        ("GET", "/cat?signature=secret")
    );
    assert_eq!(fetched.header("accept"), "image/*, audio/*, video/*");
    for name in ["authorization", "cookie", "referer", "x-hf-bill-to"] {
        assert_eq!(fetched.header(name), "", "{name}");
    }
    let request = servers.model.request();
    assert_eq!(
        (request.header("content-type"), &*request.body),
        ("image/png", PNG)
    );
}

#[tokio::test]
async fn image_url_of_a_question_is_fetched() {
    let servers = Servers::with_image().await;
    let inference = servers.runtime_allowing(&[]);
    let question: MediaQuestion = serde_json::from_value(json!({
        "image": servers.host.url(),
        "question": "How much?",
    }))
    .expect("the question should decode");
    let call = call!(VisualQuestionAnswering, &inference, &question);
    let answer =
        <Option<task::Answer> as Receive<task::VisualQuestionAnswering>>::receive(call).await;
    answer.expect("the delivery should succeed");
    let inputs = json!({"image": PNG_BASE64, "question": "How much?"});
    assert_eq!(servers.model.request().json(), json!({"inputs": inputs}));
}

#[tokio::test]
async fn only_allowed_hosts_are_contacted_for_any_spelling_of_the_url() {
    let servers = Servers::with_image().await;
    let inference = servers.runtime_allowing(&["images.example.org"]);
    let port = servers.port();
    for address in [
        // The allowed host in other forms.
        format!("http://user@127.0.0.1:{port}/"),
        format!("http://user:secret@127.0.0.1:{port}/"),
        "http://127.0.0.1/".to_owned(),
        format!("http://127.0.0.1.:{port}@evil.example/"),
        "http://images.example.org/".to_owned(),
        "https://images.example.org:22/".to_owned(),
        "https://images.example.org@127.0.0.1/".to_owned(),
        // Loopback and private addresses.
        format!("http://localhost:{port}/"),
        format!("http://[::1]:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://0.0.0.0:{port}/"),
        format!("http://127.0.0.2:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://10.0.0.1/".to_owned(),
        // Invalid URLs.
        "http://".to_owned(),
        "https:///".to_owned(),
        "http://[".to_owned(),
    ] {
        let error = classify(&inference, &address).await.expect_err(&address);
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{address}");
    }
    assert_eq!(
        (
            servers.host.connection_count(),
            servers.model.connection_count()
        ),
        (0, 0)
    );

    // A decimal number is an IPv4 address, here the allowed one.
    let address = format!("http://2130706433:{port}/");
    classify(&inference, &address)
        .await
        .expect("the call should succeed");
}

#[tokio::test]
async fn localhost_can_be_allowed_by_name() {
    let servers = Servers::with_image().await;
    let listed = format!("localhost:{}", servers.port());
    let inference = servers.runtime_allowing(&[&listed]);
    classify(&inference, &format!("http://{listed}/"))
        .await
        .expect("the call should succeed");
}

#[tokio::test]
async fn redirect_is_followed_within_the_same_host_only() {
    let elsewhere = Upstream::always(image()).await;
    let servers = Servers::with_media([Answer::redirect(302, "/there"), image()]).await;
    classify(&servers.runtime_allowing(&[]), &servers.host.url())
        .await
        .expect("a redirect within the host should be followed");
    assert_eq!(servers.host.requests()[1].path, "/there");

    // A redirect to another allowed host is not followed either: the client did not request it.
    let listed = elsewhere.url().trim_start_matches("http://").to_owned();
    for location in [elsewhere.url(), "https://evil.example/".to_owned()] {
        let servers = Servers::with_media([Answer::redirect(307, &location)]).await;
        let error = classify(&servers.runtime_allowing(&[&listed]), &servers.host.url())
            .await
            .expect_err("a redirect to another host should be rejected");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(
            error.to_string().contains("redirects to another host"),
            "{error}"
        );
        assert_eq!(servers.model.connection_count(), 0);
    }
    assert_eq!(elsewhere.connection_count(), 0);

    let servers = Servers::with_media(std::iter::repeat_n(Answer::redirect(302, "/"), 10)).await;
    classify(&servers.runtime_allowing(&[]), &servers.host.url())
        .await
        .expect_err("a redirect loop should fail");
    assert_eq!(servers.host.request_count(), 4);
}

#[tokio::test]
async fn response_that_is_not_media_within_the_limit_is_rejected() {
    let mut large = PNG.to_vec();
    large.resize(1_001, 0);
    for (answer, kind) in [
        (
            Answer::status(200).body("image/png", large.clone()),
            ErrorKind::InputTooLarge,
        ),
        (
            Answer::status(200).body("image/png", large).endless(),
            ErrorKind::InputTooLarge,
        ),
        (
            Answer::status(200).body("audio/wav", WAV),
            ErrorKind::InvalidInput,
        ),
        (Answer::json(&json!({"secret": 1})), ErrorKind::InvalidInput),
        (Answer::text(200, "secret"), ErrorKind::InvalidInput),
        (Answer::html(200, "<html>secret"), ErrorKind::InvalidInput),
        (
            Answer::status(200).body("application/octet-stream", "secret"),
            ErrorKind::InvalidInput,
        ),
        (Answer::status(404), ErrorKind::InvalidInput),
        (Answer::status(401), ErrorKind::InvalidInput),
        (Answer::status(503), ErrorKind::Unreachable),
        (Answer::reset(), ErrorKind::Unreachable),
    ] {
        let servers = Servers::with_media([answer.clone()]).await;
        let error = classify(&servers.runtime_allowing(&[]), &servers.host.url())
            .await
            .expect_err("the media should be rejected");
        assert_eq!(error.kind(), kind, "{answer:?}");
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
        assert_eq!(servers.model.connection_count(), 0);
    }
}

#[tokio::test]
async fn hanging_host_fails_at_the_timeout_of_the_prediction() {
    let servers = Servers::with_media([Answer::hang()]).await;
    let inference = servers.runtime_allowing(&[]);
    static OPERATION: super::Operation<task::ImageClassification> =
        super::Operation::new(super::Spec::new("hanging", &super::MODELS).timeout(50));
    let call = OPERATION.call(&inference, servers.host.url().as_str());
    let error = <Label as Receive<task::ImageClassification>>::receive(call).await;
    assert_eq!(
        error.expect_err("the prediction should time out").kind(),
        ErrorKind::Timeout
    );
    servers.host.wait_for_disconnects(1).await;
}

#[tokio::test]
async fn url_in_allowed_hosts_stops_the_start() {
    let error: ConfigError = Inference::builder()
        .allow_media_hosts(["https://images.example.org"])
        .build()
        .expect_err("a URL should be rejected");
    assert_eq!(
        error.to_string(),
        "invalid host `https://images.example.org` in `media.allow_hosts`; help: write `images.example.org`, or with a port `images.example.org:8443`"
    );
}

#[test]
fn configuration_validates_allowed_hosts_and_max_size() {
    let file =
        "[media]\nallow_hosts = [\"images.example.org\", \"*.example.org\"]\nmax_size = \"1MB\"\n";
    let stderr = start_error(file, &[]);
    assert!(
        stderr.contains("invalid host `*.example.org` in `media.allow_hosts`"),
        "{stderr}"
    );
    // The variable overrides the file. Its items are separated by commas.
    let hosts = ("INFERENCE_MEDIA_ALLOW_HOSTS", "127.0.0.1:8080, no/host");
    let stderr = start_error(file, &[hosts]);
    assert!(
        stderr.contains("`no/host` in `media.allow_hosts`"),
        "{stderr}"
    );
    let stderr = start_error("", &[("INFERENCE_MEDIA_MAX_SIZE", "large")]);
    assert!(
        stderr.contains("INFERENCE_MEDIA_MAX_SIZE: `large` is not a size"),
        "{stderr}"
    );
}

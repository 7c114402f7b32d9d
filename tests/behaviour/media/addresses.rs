//! Media that a caller gives by their address: refused, unless the host is listed.

use inference_runtime::{ConfigError, Receive, prelude::*, task};
use inference_tests::upstream::{Answer, Upstream};
use serde_json::json;

use super::{PNG, PNG_BASE64, WAV, asking, at, call};
use crate::configuration::refusal;

/// A model that sees a cat, and a host of images.
struct World {
    model: Upstream,
    host: Upstream,
}

impl World {
    async fn with(answers: impl IntoIterator<Item = Answer>) -> Self {
        let labels = json!([{"label": "cat", "score": 0.9}]);
        Self {
            model: Upstream::answering(Answer::json(&labels)).await,
            host: Upstream::scripted(answers).await,
        }
    }

    async fn of_image() -> Self {
        Self::with([image()]).await
    }

    /// A runtime that fetches from the host of images, and from these.
    fn trusting(&self, more: &[&str]) -> Inference {
        Inference::builder()
            .backend("hf", at(&self.model).build().expect("a backend"))
            .allow_media_hosts([self.authority()])
            .allow_media_hosts(more.iter().copied())
            .max_media_bytes(1_000)
            .build()
            .expect("a runtime")
    }

    fn authority(&self) -> String {
        self.host.url().trim_start_matches("http://").to_owned()
    }

    fn port(&self) -> String {
        self.host
            .url()
            .rsplit_once(':')
            .expect("a port")
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
async fn nothing_is_fetched_unless_the_operator_says_so() {
    let world = World::of_image().await;
    let inference = asking(&world.model);
    for address in [
        world.host.url(),
        "https://images.example.org/cat.png".to_owned(),
    ] {
        let error = classify(&inference, &address).await.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("`media.allow_hosts`"), "{error}");
        assert!(!format!("{error:?}").contains(&address));
    }
    assert_eq!(
        (world.host.connections(), world.model.connections()),
        (0, 0)
    );
}

#[tokio::test]
async fn media_of_a_listed_host_go_to_the_model() {
    let world = World::of_image().await;
    let inference = world.trusting(&[]);
    let address = format!("{}/cat?signature=secret", world.host.url());
    let label = classify(&inference, &address).await.expect("an answer");
    assert_eq!(label.label, "cat");

    let fetched = world.host.request();
    assert_eq!(
        (fetched.method.as_str(), fetched.path.as_str()),
        ("GET", "/cat?signature=secret")
    );
    assert_eq!(fetched.header("accept"), "image/*, audio/*, video/*");
    for name in ["authorization", "cookie", "referer", "x-hf-bill-to"] {
        assert_eq!(fetched.header(name), "", "{name}");
    }
    let asked = world.model.request();
    assert_eq!(
        (asked.header("content-type"), &*asked.body),
        ("image/png", PNG)
    );
}

#[tokio::test]
async fn a_question_may_give_its_image_by_address() {
    let world = World::of_image().await;
    let inference = world.trusting(&[]);
    let question: MediaQuestion = serde_json::from_value(json!({
        "image": world.host.url(),
        "question": "How much?",
    }))
    .expect("a question");
    let call = call!(VisualQuestionAnswering, &inference, &question);
    let answer =
        <Option<task::Answer> as Receive<task::VisualQuestionAnswering>>::receive(call).await;
    answer.expect("a delivery");
    let inputs = json!({"image": PNG_BASE64, "question": "How much?"});
    assert_eq!(world.model.request().json(), json!({"inputs": inputs}));
}

#[tokio::test]
async fn only_listed_hosts_are_asked_however_the_address_is_written() {
    let world = World::of_image().await;
    let inference = world.trusting(&["images.example.org"]);
    let port = world.port();
    for address in [
        // The listed host, asked for in another way.
        format!("http://user@127.0.0.1:{port}/"),
        format!("http://user:secret@127.0.0.1:{port}/"),
        "http://127.0.0.1/".to_owned(),
        format!("http://127.0.0.1.:{port}@evil.example/"),
        "http://images.example.org/".to_owned(),
        "https://images.example.org:22/".to_owned(),
        "https://images.example.org@127.0.0.1/".to_owned(),
        // This machine and its neighbours.
        format!("http://localhost:{port}/"),
        format!("http://[::1]:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://0.0.0.0:{port}/"),
        format!("http://127.0.0.2:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://10.0.0.1/".to_owned(),
        // No address at all.
        "http://".to_owned(),
        "https:///".to_owned(),
        "http://[".to_owned(),
    ] {
        let error = classify(&inference, &address).await.expect_err(&address);
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{address}");
    }
    assert_eq!(
        (world.host.connections(), world.model.connections()),
        (0, 0)
    );

    // A number is an address, too: it is the listed one.
    let address = format!("http://2130706433:{port}/");
    classify(&inference, &address).await.expect("127.0.0.1");
}

#[tokio::test]
async fn localhost_can_be_listed_by_its_name() {
    let world = World::of_image().await;
    let listed = format!("localhost:{}", world.port());
    let inference = world.trusting(&[&listed]);
    classify(&inference, &format!("http://{listed}/"))
        .await
        .expect("an answer");
}

#[tokio::test]
async fn a_redirect_is_followed_at_home_and_nowhere_else() {
    let elsewhere = Upstream::answering(image()).await;
    let world = World::with([Answer::redirect(302, "/there"), image()]).await;
    classify(&world.trusting(&[]), &world.host.url())
        .await
        .expect("the same host");
    assert_eq!(world.host.requests()[1].path, "/there");

    // Even a host that is listed itself: the caller has not asked for it.
    let listed = elsewhere.url().trim_start_matches("http://").to_owned();
    for location in [elsewhere.url(), "https://evil.example/".to_owned()] {
        let world = World::with([Answer::redirect(307, &location)]).await;
        let error = classify(&world.trusting(&[&listed]), &world.host.url())
            .await
            .expect_err("another host");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(
            error.to_string().contains("redirects to another host"),
            "{error}"
        );
        assert_eq!(world.model.connections(), 0);
    }
    assert_eq!(elsewhere.connections(), 0);

    let world = World::with(std::iter::repeat_n(Answer::redirect(302, "/"), 10)).await;
    classify(&world.trusting(&[]), &world.host.url())
        .await
        .expect_err("a circle");
    assert_eq!(world.host.count(), 4);
}

#[tokio::test]
async fn only_media_of_a_size_are_taken() {
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
        let world = World::with([answer.clone()]).await;
        let error = classify(&world.trusting(&[]), &world.host.url())
            .await
            .expect_err("nothing to ask about");
        assert_eq!(error.kind(), kind, "{answer:?}");
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
        assert_eq!(world.model.connections(), 0);
    }
}

#[tokio::test]
async fn a_host_that_hangs_uses_the_predictions_time() {
    let world = World::with([Answer::hang()]).await;
    let inference = world.trusting(&[]);
    static OPERATION: super::Operation<task::ImageClassification> =
        super::Operation::new(super::Spec::new("hanging", &super::MODELS).timeout(50));
    let call = OPERATION.call(&inference, world.host.url().as_str());
    let error = <Label as Receive<task::ImageClassification>>::receive(call).await;
    assert_eq!(error.expect_err("no time").kind(), ErrorKind::Timeout);
    world.host.wait_for_hangups(1).await;
}

#[tokio::test]
async fn a_list_of_what_is_no_host_stops_the_start() {
    let error: ConfigError = Inference::builder()
        .allow_media_hosts(["https://images.example.org"])
        .build()
        .expect_err("an address");
    assert_eq!(
        error.to_string(),
        "invalid host `https://images.example.org` in `media.allow_hosts`; help: write `images.example.org`, or with a port `images.example.org:8443`"
    );
}

#[test]
fn the_configuration_lists_hosts_and_a_size() {
    let file =
        "[media]\nallow_hosts = [\"images.example.org\", \"*.example.org\"]\nmax_size = \"1MB\"\n";
    let said = refusal(file, &[]);
    assert!(
        said.contains("invalid host `*.example.org` in `media.allow_hosts`"),
        "{said}"
    );
    // The variable takes the file's place, item by item between its commas.
    let hosts = ("INFERENCE_MEDIA_ALLOW_HOSTS", "127.0.0.1:8080, no/host");
    let said = refusal(file, &[hosts]);
    assert!(said.contains("`no/host` in `media.allow_hosts`"), "{said}");
    let said = refusal("", &[("INFERENCE_MEDIA_MAX_SIZE", "large")]);
    assert!(
        said.contains("INFERENCE_MEDIA_MAX_SIZE: `large` is no size"),
        "{said}"
    );
}

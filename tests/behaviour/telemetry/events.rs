use futures_util::{FutureExt, future::BoxFuture};
use inference_runtime::{
    Backend, ErrorKind, Inference, InferenceError,
    backend::{Request, Response},
};
use inference_tests::{client::post_text, logs::Logs, models::sentiment};

use super::{app, serve};

/// A backend without its credentials.
struct Unconfigured;

impl Backend for Unconfigured {
    fn call<'a>(&'a self, _: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
        async {
            Err(InferenceError::new(
                ErrorKind::Internal,
                "called although it is not configured",
            ))
        }
        .boxed()
    }

    fn check_configured(&self) -> Result<(), InferenceError> {
        Err(InferenceError::new(
            ErrorKind::NotConfigured,
            "there is no key; help: set `KEY`",
        ))
    }
}

#[tokio::test]
async fn missing_key_is_logged_as_one_error_for_many_requests() {
    let logs = Logs::capture();
    let app = app(Unconfigured);
    for text in ["one", "two", "three"] {
        let reply = post_text(&app, "/cached", text).await;
        assert_eq!(reply.problem_kind(), "not_configured");
    }
    let text = logs.text();
    let lines = |level: &str| {
        let has_level = |line: &&str| line.contains(level) && line.contains("there is no key");
        text.lines().filter(has_level).count()
    };
    assert_eq!(lines(" ERROR "), 1, "{text}");
    assert_eq!(lines(" DEBUG "), 2, "{text}");
}

#[tokio::test]
async fn skipped_model_is_logged_as_one_warning() {
    let logs = Logs::capture();
    let inference = Inference::builder()
        .backend("hf", Unconfigured)
        .backend("second", sentiment().1)
        .build()
        .expect("the runtime should build");
    let app = serve(&inference);
    for _ in 0..3 {
        assert_eq!(post_text(&app, "/chain", "good").await.text(), "POSITIVE");
    }
    let text = logs.text();
    let skipped: Vec<_> = text
        .lines()
        .filter(|line| line.contains("skipped: "))
        .collect();
    assert_eq!(skipped.len(), 3, "{text}");
    let warnings = skipped.iter().filter(|line| line.contains(" WARN "));
    assert_eq!(warnings.count(), 1, "{text}");
    for line in skipped {
        assert!(line.contains("operation=\"telemetry::chain\""), "{line}");
        assert!(line.contains("model=\"org/moods\""), "{line}");
    }
}

//! What goes wrong at providers.

use inference_runtime::{ErrorKind, InferenceError};
use inference_tests::upstream::{Answer, Upstream};
use serde_json::{Value, json};

use super::{ask::ask, inference, is_lookup, mapping, questions, routed};

/// What comes of these answers to a question.
async fn failing(
    provider: &'static str,
    task: &'static str,
    answers: impl IntoIterator<Item = Answer>,
) -> (InferenceError, Upstream) {
    let mut answers: std::collections::VecDeque<_> = answers.into_iter().collect();
    let upstream = Upstream::respond_with(move |request| {
        if is_lookup(request) {
            mapping(provider, "org/app", task)
        } else {
            answers
                .pop_front()
                .unwrap_or_else(|| Answer::text(404, "lost"))
        }
    })
    .await;
    let model = format!("org/model:{provider}");
    let error = ask(&inference(routed(&upstream)), &model, task)
        .await
        .expect_err(provider);
    (error, upstream)
}

fn json(status: u16, body: &Value) -> Answer {
    Answer::status(status).body("application/json", body.to_string())
}

#[tokio::test]
async fn every_shape_of_a_refusal_is_read() {
    for (provider, task, answer, kind, words) in [
        (
            "together",
            "text-to-image",
            json(
                401,
                &json!({"error": {"message": "bad key", "type": "auth", "param": null, "code": "x"}}),
            ),
            ErrorKind::Unauthorized,
            "bad key",
        ),
        (
            "fal-ai",
            "text-to-image",
            json(
                422,
                &json!({"detail": [{"loc": ["body", "prompt"], "msg": "too long", "type": "value"}]}),
            ),
            ErrorKind::InvalidInput,
            "body.prompt: too long",
        ),
        (
            "fal-ai",
            "text-to-image",
            Answer::text(404, "Application not found"),
            ErrorKind::ModelNotFound,
            "Application not found",
        ),
        (
            "replicate",
            "text-to-image",
            Answer::status(422).body(
                "application/problem+json",
                json!({"detail": "no such field", "status": 422, "title": "Input validation failed", "invalid_fields": []})
                    .to_string(),
            ),
            ErrorKind::InvalidInput,
            "no such field",
        ),
        (
            "novita",
            "text-to-video",
            json(
                402,
                &json!({"code": 402, "reason": "NOT_ENOUGH_BALANCE", "message": "no balance"}),
            ),
            ErrorKind::PaymentRequired,
            "no balance",
        ),
        (
            "featherless-ai",
            "text-generation",
            Answer::text(429, "too fast"),
            ErrorKind::RateLimited,
            "too fast",
        ),
    ] {
        let (error, _) = failing(provider, task, [answer]).await;
        assert_eq!(error.kind(), kind, "{provider}: {error}");
        assert_eq!(error.upstream(), Some(words), "{provider}");
        assert_eq!(error.provider(), Some(provider));
    }
}

#[tokio::test]
async fn a_job_that_fails_is_a_failure_of_the_service() {
    let ticket =
        json!({"data": {"status": "created", "urls": {"get": "https://api.wavespeed.ai/x"}}});
    let failed = json!({"data": {"status": "failed", "error": "no such luck"}});
    let (error, _) = failing(
        "wavespeed",
        "text-to-image",
        [json(200, &ticket), json(200, &failed)],
    )
    .await;
    assert_eq!(error.kind(), ErrorKind::ServiceFailed);
    assert_eq!(error.upstream(), Some("no such luck"));

    let failed = json!({"id": "t", "task_status": "FAIL"});
    let (error, _) = failing("zai-org", "text-to-image", [json(200, &failed)]).await;
    assert_eq!(error.kind(), ErrorKind::ServiceFailed);
}

#[tokio::test]
async fn a_job_that_cannot_be_asked_about_was_not_done_in_time() {
    let starting = json!({"id": "p", "status": "starting", "output": null, "error": null});
    let (error, upstream) = failing("replicate", "text-to-image", [json(202, &starting)]).await;
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(questions(&upstream)[1].path, "/replicate/v1/predictions/p");
}

#[tokio::test]
async fn a_job_is_waited_for_no_longer_than_somebody_waits() {
    let upstream = Upstream::respond_with(|request| {
        if is_lookup(request) {
            return mapping("wavespeed", "m", "text-to-image");
        }
        let pending = json!({"data": {"status": "processing", "urls": {"get": "https://api.wavespeed.ai/x"}}});
        json(200, &pending)
    })
    .await;
    let inference = inference(routed(&upstream));
    let error = super::ask::impatiently(&inference, "org/model:wavespeed")
        .await
        .expect_err("it never ends");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let looks = questions(&upstream).len();
    assert!((2..=5).contains(&looks), "{looks} in a second");
}

#[tokio::test]
async fn what_is_none_of_the_tasks_answers_is_refused() {
    for (provider, answer) in [
        ("together", json!({"data": []})),
        ("fal-ai", json!({"images": []})),
        ("replicate", json!({"output": []})),
        ("wavespeed", json!({"data": {}})),
    ] {
        let (error, _) = failing(provider, "text-to-image", [json(200, &answer)]).await;
        assert_eq!(error.kind(), ErrorKind::UnexpectedOutput, "{provider}");
        assert!(error.to_string().contains(provider), "{error}");
    }
}

#[tokio::test]
async fn nothing_is_fetched_from_where_it_must_not() {
    for link in [
        "https://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1/image.png",
        "http://images.example.org/image.png",
        "file:///etc/passwd",
        "https://localhost/image.png",
    ] {
        let answer = json!({"images": [{"url": link}]});
        let (error, _) = failing("fal-ai", "text-to-image", [json(200, &answer)]).await;
        assert_eq!(error.kind(), ErrorKind::UnexpectedOutput, "{link}: {error}");
        assert!(!error.to_string().contains(link), "{error}");
    }
}

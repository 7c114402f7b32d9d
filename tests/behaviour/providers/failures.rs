//! Failures of providers.

use inference_runtime::{ErrorKind, InferenceError};
use inference_tests::upstream::{Answer, Upstream};
use serde_json::{Value, json};

use super::{inference, inference_requests, is_lookup, mapping, predict::predict, router_builder};

/// Returns the error of a call with these responses, and the server.
async fn call_error(
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
                .unwrap_or_else(|| Answer::text(404, "the script has ended"))
        }
    })
    .await;
    let model = format!("org/model:{provider}");
    let error = predict(&inference(router_builder(&upstream)), &model, task)
        .await
        .expect_err(provider);
    (error, upstream)
}

fn json(status: u16, body: &Value) -> Answer {
    Answer::status(status).body("application/json", body.to_string())
}

#[tokio::test]
async fn every_form_of_error_response_is_decoded() {
    for (provider, task, answer, kind, message) in [
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
        let (error, _) = call_error(provider, task, [answer]).await;
        assert_eq!(error.kind(), kind, "{provider}: {error}");
        assert_eq!(error.upstream(), Some(message), "{provider}");
        assert_eq!(error.provider(), Some(provider));
    }
}

#[tokio::test]
async fn failed_job_is_service_failed() {
    let ticket =
        json!({"data": {"status": "created", "urls": {"get": "https://api.wavespeed.ai/x"}}});
    let failed = json!({"data": {"status": "failed", "error": "no such luck"}});
    let (error, _) = call_error(
        "wavespeed",
        "text-to-image",
        [json(200, &ticket), json(200, &failed)],
    )
    .await;
    assert_eq!(error.kind(), ErrorKind::ServiceFailed);
    assert_eq!(error.upstream(), Some("no such luck"));

    let failed = json!({"id": "t", "task_status": "FAIL"});
    let (error, _) = call_error("zai-org", "text-to-image", [json(200, &failed)]).await;
    assert_eq!(error.kind(), ErrorKind::ServiceFailed);
}

#[tokio::test]
async fn job_that_cannot_be_polled_is_a_timeout() {
    let starting = json!({"id": "p", "status": "starting", "output": null, "error": null});
    let (error, upstream) = call_error("replicate", "text-to-image", [json(202, &starting)]).await;
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(
        inference_requests(&upstream)[1].path,
        "/replicate/v1/predictions/p"
    );
}

#[tokio::test]
async fn polling_stops_at_the_deadline() {
    let upstream = Upstream::respond_with(|request| {
        if is_lookup(request) {
            return mapping("wavespeed", "m", "text-to-image");
        }
        let pending = json!({"data": {"status": "processing", "urls": {"get": "https://api.wavespeed.ai/x"}}});
        json(200, &pending)
    })
    .await;
    let inference = inference(router_builder(&upstream));
    let error = super::predict::predict_with_short_timeout(&inference, "org/model:wavespeed")
        .await
        .expect_err("the job should not end");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let polls = inference_requests(&upstream).len();
    assert!((2..=5).contains(&polls), "{polls} polls in a second");
}

#[tokio::test]
async fn response_without_an_output_is_unexpected_output() {
    for (provider, answer) in [
        ("together", json!({"data": []})),
        ("fal-ai", json!({"images": []})),
        ("replicate", json!({"output": []})),
        ("wavespeed", json!({"data": {}})),
    ] {
        let (error, _) = call_error(provider, "text-to-image", [json(200, &answer)]).await;
        assert_eq!(error.kind(), ErrorKind::UnexpectedOutput, "{provider}");
        assert!(error.to_string().contains(provider), "{error}");
    }
}

#[tokio::test]
async fn link_to_a_private_or_insecure_address_is_not_fetched() {
    for link in [
        "https://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1/image.png",
        "http://images.example.org/image.png",
        "file:///etc/passwd",
        "https://localhost/image.png",
    ] {
        let answer = json!({"images": [{"url": link}]});
        let (error, _) = call_error("fal-ai", "text-to-image", [json(200, &answer)]).await;
        assert_eq!(error.kind(), ErrorKind::UnexpectedOutput, "{link}: {error}");
        assert!(!error.to_string().contains(link), "{error}");
    }
}

//! Every known error response of the service: its kind, the response to the client, and the log line.

use axum::{body::to_bytes, response::IntoResponse};
use inference_runtime::{ErrorKind, InferenceError};
use inference_tests::{
    client::post_text,
    logs::Logs,
    upstream::{Answer, Upstream},
};

use super::{TOKEN, app, builder_for};

fn json(status: u16, body: &str) -> Answer {
    Answer::status(status).body("application/json", body.to_owned())
}

fn text(status: u16, body: &str) -> Answer {
    Answer::text(status, body)
}

fn html(status: u16, title: &str) -> Answer {
    let page = format!(
        "<!DOCTYPE html>\n<html><head><title>{title}</title></head><body>LONG PAGE</body></html>"
    );
    Answer::html(status, &page)
}

/// The response of the service, its error kind, and a part of its message that the log must contain.
fn known_errors() -> Vec<(Answer, ErrorKind, &'static str)> {
    use ErrorKind::*;
    vec![
        (
            json(
                400,
                r#"{"error":["Error in `inputs.context`: field required"]}"#,
            ),
            InvalidInput,
            "field required",
        ),
        (
            json(
                400,
                r#"{"error":"odd","warnings":["There was an inference error: index out of range"]}"#,
            ),
            InvalidInput,
            "index out of range",
        ),
        (
            json(
                400,
                r#"{"error":{"message":"The requested model 'X' is not supported by any provider you have enabled.","type":"invalid_request_error","param":"model","code":"model_not_supported"}}"#,
            ),
            ModelNotFound,
            "not supported by any provider",
        ),
        (
            text(400, "Bad Request: Invalid state"),
            ModelNotFound,
            "Invalid state",
        ),
        (
            json(
                401,
                r#"{"error":"Invalid credentials in Authorization header"}"#,
            ),
            Unauthorized,
            "Invalid credentials",
        ),
        (
            json(401, r#"{"error":"Invalid username or password."}"#)
                .header("x-error-message", "Invalid username or password."),
            Unauthorized,
            "Invalid username",
        ),
        (html(401, "Log in"), Unauthorized, "Log in"),
        (
            text(
                402,
                "You have exceeded your monthly included credits for Inference Providers.",
            ),
            PaymentRequired,
            "exceeded your monthly",
        ),
        (
            json(
                403,
                r#"{"error":"This authentication method does not have sufficient permissions to call Inference Providers on behalf of user someone"}"#,
            ),
            Unauthorized,
            "sufficient permissions",
        ),
        (
            json(404, r#"{"error":"Model X does not exist"}"#),
            ModelNotFound,
            "does not exist",
        ),
        (
            json(404, r#"{"error":"Not Found: Model not found"}"#),
            ModelNotFound,
            "Model not found",
        ),
        (
            text(
                410,
                "https://api-inference.huggingface.co is no longer supported. Please use https://router.huggingface.co instead.",
            ),
            ModelNotFound,
            "no longer supported",
        ),
        (
            text(
                413,
                "Failed to buffer the request body: length limit exceeded",
            ),
            InputTooLarge,
            "length limit",
        ),
        (
            json(
                413,
                r#"{"error":"batch size 64 > maximum allowed batch size 32","error_type":"Validation"}"#,
            ),
            InputTooLarge,
            "maximum allowed",
        ),
        (
            json(
                422,
                r#"{"error":"Input validation error: `inputs` must have less than 512 tokens","error_type":"validation"}"#,
            ),
            InvalidInput,
            "512 tokens",
        ),
        (
            json(
                422,
                r#"{"error":"Template error: template not found","error_type":"template_error"}"#,
            ),
            Unsupported,
            "Template error",
        ),
        (
            text(
                422,
                "Failed to deserialize the JSON body into the target type: missing field `inputs`",
            ),
            Unsupported,
            "missing field",
        ),
        (
            json(
                422,
                r#"{"detail":[{"loc":["body","inputs"],"msg":"field required","type":"value_error.missing"}]}"#,
            ),
            InvalidInput,
            "body.inputs: field required",
        ),
        (
            json(
                422,
                r#"{"detail":"bad input","status":422,"title":"Input invalid","invalid_fields":[]}"#,
            ),
            InvalidInput,
            "bad input",
        ),
        (
            json(
                424,
                r#"{"error":"Request failed during generation: x","error_type":"generation"}"#,
            ),
            Overloaded,
            "during generation",
        ),
        (
            json(
                429,
                r#"{"error":"Rate limit reached. Please log in or use a HF access token"}"#,
            ),
            RateLimited,
            "Rate limit reached",
        ),
        (
            json(
                429,
                r#"{"error":"Model is overloaded","error_type":"overloaded"}"#,
            ),
            Overloaded,
            "overloaded",
        ),
        (
            json(
                429,
                r#"{"message":"slow down","type":"too_many_requests_error","code":"queue_exceeded","param":"queue"}"#,
            ),
            RateLimited,
            "slow down",
        ),
        (
            json(
                500,
                r#"{"error":"unknown error","warnings":["There was an inference error: unknown error: CUDA"]}"#,
            ),
            ServiceFailed,
            "CUDA",
        ),
        (
            json(
                500,
                r#"{"error":"Incomplete generation","error_type":"incomplete_generation"}"#,
            ),
            ServiceFailed,
            "Incomplete",
        ),
        (
            json(
                500,
                r#"{"error":"Model too busy, unable to get response in less than 120 second(s)"}"#,
            ),
            Overloaded,
            "too busy",
        ),
        (
            html(502, "502 Bad Gateway"),
            ServiceFailed,
            "502 Bad Gateway",
        ),
        (
            json(
                503,
                r#"{"error":"Model X is currently loading","estimated_time":20.0}"#,
            ),
            ModelLoading,
            "currently loading",
        ),
        (
            json(
                503,
                r#"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#,
            ),
            ModelLoading,
            "Loading model",
        ),
        (
            json(503, r#"{"error":"overloaded"}"#),
            Overloaded,
            "overloaded",
        ),
        (
            text(503, "503 Service Unavailable"),
            Overloaded,
            "Service Unavailable",
        ),
        (html(504, "504 Gateway Time-out"), Timeout, "504 Gateway"),
        (json(529, r#"{"error":"busy"}"#), Overloaded, "busy"),
        (
            json(
                400,
                r#"{"code":400,"reason":"MODEL_NOT","message":"no such thing"}"#,
            ),
            InvalidInput,
            "no such thing",
        ),
        (
            json(418, r#"{"object":"error","message":"a teapot"}"#),
            ServiceFailed,
            "a teapot",
        ),
        (
            json(501, r#"{"message":"not here"}"#),
            Unsupported,
            "not here",
        ),
        (
            json(408, r#"{"errors":[{"message":"too slow"}]}"#),
            Timeout,
            "too slow",
        ),
        // Success statuses with an error in the body.
        (
            json(200, r#"{"error":"unknown error","warnings":["x"]}"#),
            ServiceFailed,
            "unknown error",
        ),
        (
            json(
                200,
                r#"{"error":"Input validation error: x","error_type":"validation"}"#,
            ),
            InvalidInput,
            "Input validation",
        ),
        (
            json(
                200,
                r#"{"error":"Model is overloaded","error_type":"overloaded"}"#,
            ),
            Overloaded,
            "overloaded",
        ),
    ]
}

#[tokio::test]
async fn known_error_maps_to_its_kind_and_status_and_is_logged_once() {
    for (answer, kind, message) in known_errors() {
        let case = format!("{answer:?}");
        let logs = Logs::capture();
        let upstream = Upstream::always(answer).await;
        let reply = post_text(&app(builder_for(&upstream)), "/plain", "fine").await;

        assert_eq!(reply.problem_kind(), kind.as_str(), "{case}");
        assert_eq!(reply.status, kind.status(), "{case}");
        assert_eq!(upstream.request_count(), 1, "{case}");
        // The response to the client depends on the kind only.
        let expected = InferenceError::new(kind, "").into_response().into_body();
        let expected = to_bytes(expected, usize::MAX)
            .await
            .expect("the body should be readable");
        assert_eq!(reply.body, expected, "{case}");

        let failures = logs.failures();
        assert_eq!(failures.len(), 1, "{case}: {failures:#?}");
        assert!(failures[0].contains(message), "{case}: {}", failures[0]);
        assert!(failures[0].contains("org/model"), "{case}: {}", failures[0]);
        assert!(!logs.text().contains("LONG PAGE"), "{case}");
        assert!(!logs.text().contains(TOKEN), "{case}");
    }
}

#[tokio::test]
async fn known_error_uses_the_fallback_and_is_not_cached() {
    for (answer, _, _) in known_errors() {
        let case = format!("{answer:?}");
        let upstream = Upstream::scripted([answer, super::positive()]).await;
        let app = app(builder_for(&upstream));
        let mut answers = Vec::new();
        for _ in 0..3 {
            answers.push(post_text(&app, "/cached", "fine").await.text().to_owned());
        }
        assert_eq!(
            answers,
            ["FALLBACK fallback", "POSITIVE model", "POSITIVE cache"],
            "{case}"
        );
        assert_eq!(upstream.request_count(), 2, "{case}");
    }
}

#[tokio::test]
async fn error_records_its_backend_model_provider_and_request_id() {
    let answer = json(500, r#"{"error":"broken"}"#)
        .header("x-inference-provider", "hf-inference")
        .header("x-amz-cf-id", "third")
        .header("x-amzn-trace-id", "second")
        .header("x-request-id", "first");
    let upstream = Upstream::always(answer).await;
    let error = post_text(&app(builder_for(&upstream)), "/observed", "fine")
        .await
        .json();
    assert_eq!(error["backend"], "hf");
    assert_eq!(error["model"], "org/model");
    assert_eq!(error["provider"], "hf-inference");
    assert_eq!(error["request_id"], "first");
    assert_eq!(error["upstream_status"], 500);
    assert_eq!(error["upstream"], "broken");
}

#[tokio::test]
async fn rejected_token_error_names_the_setting_to_check() {
    for (status, message) in [
        (401, "check `HF_TOKEN`"),
        (403, "Make calls to Inference Providers"),
    ] {
        let upstream = Upstream::always(json(status, r#"{"error":"no"}"#)).await;
        let error = post_text(&app(builder_for(&upstream)), "/observed", "fine")
            .await
            .json();
        let text = error["message"]
            .as_str()
            .expect("there should be a message");
        assert!(text.contains("help: ") && text.contains(message), "{text}");
    }
}

#[tokio::test]
async fn retry_after_is_passed_on_to_the_client() {
    for (answer, seconds) in [
        (json(429, "{}").header("retry-after", "7"), "7"),
        (
            json(429, "{}").header("ratelimit", "\"api\";r=0;t=55"),
            "55",
        ),
        (
            json(429, "{}").header("x-ratelimit-reset-requests", "1s"),
            "1",
        ),
        (
            json(
                503,
                r#"{"error":"Model X is currently loading","estimated_time":32.1}"#,
            ),
            "33",
        ),
        (
            json(503, r#"{"error":"overloaded"}"#).header("retry-after", "2"),
            "2",
        ),
        (json(503, r#"{"error":"overloaded"}"#), "1"),
    ] {
        let case = format!("{answer:?}");
        let upstream = Upstream::always(answer).await;
        let reply = post_text(&app(builder_for(&upstream)), "/plain", "fine").await;
        assert_eq!(reply.status.as_u16(), 503, "{case}");
        assert_eq!(reply.header("retry-after"), seconds, "{case}");
    }
}

//! The token is sent to the service and appears nowhere else.

use inference_runtime::{Inference, backend::HuggingFace};
use inference_tests::{
    client::post_text,
    logs::Logs,
    upstream::{Answer, Upstream},
};
use serde_json::json;

use super::{TOKEN, app, builder_for, positive};

/// A token that no pattern recognizes as a secret, such as that of a proxy.
const PLAIN: &str = "correct/horse=battery+staple";

/// Responses that repeat the token.
fn echoes(token: &str) -> Vec<Answer> {
    let sentence = format!("the token {token} is bad, (Bearer {token}), \"{token}\"!");
    let mut echoes = vec![
        Answer::text(401, &sentence),
        Answer::text(500, token),
        Answer::html(403, &format!("<title>{sentence}</title>{sentence}")),
        Answer::status(401).header("x-error-message", &sentence),
        Answer::status(500)
            .header("x-request-id", token)
            .header("x-inference-provider", token),
        Answer::redirect(307, &format!("https://elsewhere.example/?token={token}")),
        Answer::html(200, &format!("<title>{sentence}</title>")),
        positive().header("x-request-id", token).truncated(),
        positive().header("x-inference-provider", token),
    ];
    for body in [
        json!({"error": sentence}),
        json!({"error": [sentence]}),
        json!({"error": {"message": sentence}}),
        json!({"detail": [{"loc": ["header", token], "msg": sentence}]}),
        json!({"odd": token}),
    ] {
        for status in [200, 400, 500] {
            echoes.push(Answer::status(status).body("application/json", body.to_string()));
        }
    }
    for body in [
        json!([[{"label": token, "score": 1}]]),
        json!([[{"label": "A", "score": token}]]),
        json!(token),
    ] {
        echoes.push(Answer::json(&body));
    }
    echoes
}

#[tokio::test]
async fn token_repeated_by_the_service_is_redacted() {
    for token in [TOKEN, PLAIN] {
        for echo in echoes(token) {
            let case = format!("{echo:?}");
            let logs = Logs::capture();
            let upstream = Upstream::always(echo).await;
            let app = app(builder_for(&upstream).token(token));
            for path in ["/plain", "/cached", "/observed"] {
                let reply = post_text(&app, path, "fine").await;
                let response = format!("{:?} {}", reply.headers, reply.text());
                assert!(!response.contains(token), "{path} {case}: {response}");
            }
            assert!(!logs.text().contains(token), "{case}: {}", logs.text());
            let sent = upstream.requests();
            assert!(!sent.is_empty(), "{case}");
            for request in sent {
                assert_eq!(request.header("authorization"), format!("Bearer {token}"));
            }
        }
    }
}

#[tokio::test]
async fn success_logs_no_token_and_no_failure() {
    let logs = Logs::capture();
    let upstream = Upstream::always(positive()).await;
    post_text(&app(builder_for(&upstream)), "/plain", "fine").await;
    assert_eq!(upstream.request_count(), 1);
    assert!(!logs.text().contains(TOKEN), "{}", logs.text());
    assert_eq!(logs.failures(), Vec::<String>::new());
}

#[tokio::test]
async fn debug_output_does_not_contain_the_token() {
    let upstream = Upstream::always(positive()).await;
    let builder = || builder_for(&upstream).bill_to("my-org");
    assert!(!format!("{:#?}", builder()).contains(TOKEN));

    let backend = builder().build().expect("the backend should build");
    let shown = format!("{backend:#?}");
    assert!(!shown.contains(TOKEN), "{shown}");
    assert!(
        shown.contains("my-org") && shown.contains(&upstream.url()),
        "{shown}"
    );

    let inference = Inference::builder()
        .backend("hf", backend)
        .build()
        .expect("the runtime should build");
    assert!(!format!("{inference:#?} {:#?}", inference.layer()).contains(TOKEN));
}

#[test]
fn error_for_an_invalid_token_or_url_does_not_show_it() {
    let token = format!("{TOKEN}\u{7f}");
    let error = HuggingFace::builder()
        .token(token)
        .build()
        .expect_err("the token should not be a valid header");
    assert!(!format!("{error} {error:?}").contains(TOKEN), "{error}");
    let url = format!("https://user:{TOKEN}@proxy.example");
    let error = HuggingFace::builder()
        .base_url(url)
        .build()
        .expect_err("a URL with a password should be rejected");
    assert!(!format!("{error} {error:?}").contains(TOKEN), "{error}");
}

//! The token goes to the service and appears nowhere else.

use inference_runtime::{Inference, backend::HuggingFace};
use inference_tests::{
    client::post_text,
    logs::Logs,
    upstream::{Answer, Upstream},
};
use serde_json::json;

use super::{TOKEN, app, at, positive};

/// One that no pattern would know for a secret: a proxy's own.
const PLAIN: &str = "correct/horse=battery+staple";

/// Answers that repeat the token they were sent.
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
async fn a_service_that_repeats_the_token_is_not_repeated() {
    for token in [TOKEN, PLAIN] {
        for echo in echoes(token) {
            let case = format!("{echo:?}");
            let logs = Logs::capture();
            let upstream = Upstream::always(echo).await;
            let app = app(at(&upstream).token(token));
            for path in ["/plain", "/cached", "/observed"] {
                let reply = post_text(&app, path, "fine").await;
                let seen = format!("{:?} {}", reply.headers, reply.text());
                assert!(!seen.contains(token), "{path} {case}: {seen}");
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
async fn success_is_silent() {
    let logs = Logs::capture();
    let upstream = Upstream::always(positive()).await;
    post_text(&app(at(&upstream)), "/plain", "fine").await;
    assert_eq!(upstream.request_count(), 1);
    assert!(!logs.text().contains(TOKEN), "{}", logs.text());
    assert_eq!(logs.failures(), Vec::<String>::new());
}

#[tokio::test]
async fn nothing_shows_the_token_to_a_debugger() {
    let upstream = Upstream::always(positive()).await;
    let builder = || at(&upstream).bill_to("my-org");
    assert!(!format!("{:#?}", builder()).contains(TOKEN));

    let backend = builder().build().expect("a backend");
    let shown = format!("{backend:#?}");
    assert!(!shown.contains(TOKEN), "{shown}");
    assert!(
        shown.contains("my-org") && shown.contains(&upstream.url()),
        "{shown}"
    );

    let inference = Inference::builder()
        .backend("hf", backend)
        .build()
        .expect("a runtime");
    assert!(!format!("{inference:#?} {:#?}", inference.layer()).contains(TOKEN));
}

#[test]
fn what_cannot_be_sent_is_not_shown() {
    let token = format!("{TOKEN}\u{7f}");
    let error = HuggingFace::builder()
        .token(token)
        .build()
        .expect_err("not a header");
    assert!(!format!("{error} {error:?}").contains(TOKEN), "{error}");
    let url = format!("https://user:{TOKEN}@proxy.example");
    let error = HuggingFace::builder()
        .base_url(url)
        .build()
        .expect_err("a password");
    assert!(!format!("{error} {error:?}").contains(TOKEN), "{error}");
}

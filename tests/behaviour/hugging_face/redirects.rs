//! A redirect is followed where it repeats the question at the same origin, and nowhere else.

use inference_tests::{
    client::post_text,
    upstream::{Answer, Upstream},
};

use super::{TOKEN, app, at, positive};

#[tokio::test]
async fn another_host_never_sees_the_question_or_the_token() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = Upstream::always(positive()).await;
        let upstream = Upstream::always(Answer::redirect(status, &elsewhere.url())).await;
        let said = post_text(&app(at(&upstream)), "/observed", "fine")
            .await
            .json();
        assert_eq!(said["kind"], "service_failed", "{status}");
        assert_eq!(said["upstream_status"], status);
        let message = said["message"].as_str().expect("a message");
        assert!(message.contains("redirected"), "{message}");
        assert_eq!(
            (upstream.request_count(), elsewhere.request_count()),
            (1, 0),
            "{status}"
        );
    }
}

#[tokio::test]
async fn the_same_origin_is_asked_again_with_everything() {
    for status in [307, 308] {
        let upstream =
            Upstream::scripted([Answer::redirect(status, "/moved/here"), positive()]).await;
        let reply = post_text(&app(at(&upstream)), "/plain", "fine").await;
        assert_eq!(reply.text(), "POSITIVE", "{status}");
        let second = &upstream.requests()[1];
        assert_eq!(
            (second.method.as_str(), second.path.as_str()),
            ("POST", "/moved/here")
        );
        assert_eq!(second.header("authorization"), format!("Bearer {TOKEN}"));
        assert_eq!(second.text(), r#"{"inputs":"fine"}"#);
        assert_eq!(second.header("referer"), "");
    }
}

#[tokio::test]
async fn what_would_lose_the_question_is_not_followed() {
    for status in [301, 302, 303] {
        let upstream = Upstream::always(Answer::redirect(status, "/login")).await;
        let reply = post_text(&app(at(&upstream)), "/plain", "fine").await;
        assert_eq!(reply.problem_kind(), "service_failed", "{status}");
        assert_eq!(upstream.request_count(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_circle_ends() {
    let upstream = Upstream::always(Answer::redirect(307, "/round")).await;
    let reply = post_text(&app(at(&upstream)), "/plain", "fine").await;
    assert_eq!(reply.problem_kind(), "service_failed");
    assert_eq!(
        upstream.request_count(),
        4,
        "the question and three redirects"
    );
}

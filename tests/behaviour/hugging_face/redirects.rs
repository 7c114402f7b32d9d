//! A redirect is followed only if it repeats the request at the same origin.

use inference_tests::{
    client::post_text,
    upstream::{Answer, Upstream},
};

use super::{TOKEN, app, builder_for, positive};

#[tokio::test]
async fn redirect_to_another_host_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = Upstream::always(positive()).await;
        let upstream = Upstream::always(Answer::redirect(status, &elsewhere.url())).await;
        let error = post_text(&app(builder_for(&upstream)), "/observed", "fine")
            .await
            .json();
        assert_eq!(error["kind"], "service_failed", "{status}");
        assert_eq!(error["upstream_status"], status);
        let message = error["message"]
            .as_str()
            .expect("there should be a message");
        assert!(message.contains("redirected"), "{message}");
        assert_eq!(
            (upstream.request_count(), elsewhere.request_count()),
            (1, 0),
            "{status}"
        );
    }
}

#[tokio::test]
async fn redirect_to_the_same_origin_repeats_the_whole_request() {
    for status in [307, 308] {
        let upstream =
            Upstream::scripted([Answer::redirect(status, "/moved/here"), positive()]).await;
        let reply = post_text(&app(builder_for(&upstream)), "/plain", "fine").await;
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
async fn redirect_that_drops_the_body_is_not_followed() {
    for status in [301, 302, 303] {
        let upstream = Upstream::always(Answer::redirect(status, "/login")).await;
        let reply = post_text(&app(builder_for(&upstream)), "/plain", "fine").await;
        assert_eq!(reply.problem_kind(), "service_failed", "{status}");
        assert_eq!(upstream.request_count(), 1, "{status}");
    }
}

#[tokio::test]
async fn redirect_loop_ends_after_three_redirects() {
    let upstream = Upstream::always(Answer::redirect(307, "/loop")).await;
    let reply = post_text(&app(builder_for(&upstream)), "/plain", "fine").await;
    assert_eq!(reply.problem_kind(), "service_failed");
    assert_eq!(
        upstream.request_count(),
        4,
        "expected the request and three redirects"
    );
}

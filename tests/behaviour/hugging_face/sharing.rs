//! Equal questions at the same time are one call, and a call that nobody waits for ends.

use std::{pin::pin, sync::Arc};

use futures_util::{
    future::{join, join_all},
    poll,
};
use inference_tests::{
    client::post_text,
    upstream::{Answer, Upstream},
};
use tokio::sync::Semaphore;

use super::{app, at, positive};

#[tokio::test]
async fn equal_cold_requests_are_one_call() {
    let gate = Arc::new(Semaphore::new(0));
    let upstream = Upstream::always(positive().after_permit(&gate)).await;
    let app = app(at(&upstream));
    let all = join_all((0..256).map(|_| post_text(&app, "/cached", "fine")));
    let release = async {
        upstream.wait_for_requests(1).await;
        gate.add_permits(256);
    };
    let (replies, ()) = join(all, release).await;
    assert_eq!(replies.len(), 256);
    for reply in replies {
        assert_eq!(reply.text(), "POSITIVE model");
    }
    assert_eq!(upstream.request_count(), 1);
    assert_eq!(
        post_text(&app, "/cached", "fine").await.text(),
        "POSITIVE cache"
    );
}

#[tokio::test]
async fn the_first_caller_takes_nothing_along_when_it_goes() {
    let gate = Arc::new(Semaphore::new(0));
    let upstream = Upstream::always(positive().after_permit(&gate)).await;
    let app = app(at(&upstream));
    let mut second = pin!(post_text(&app, "/cached", "fine"));
    {
        let mut first = pin!(post_text(&app, "/cached", "fine"));
        assert!(poll!(&mut first).is_pending());
        assert!(poll!(&mut second).is_pending());
        upstream.wait_for_requests(1).await;
    }
    gate.add_permits(1);
    assert_eq!(second.await.text(), "POSITIVE model");
    assert_eq!(upstream.request_count(), 1);
}

#[tokio::test]
async fn the_last_caller_ends_the_call() {
    let upstream = Upstream::always(Answer::hang()).await;
    let app = app(at(&upstream));
    for path in ["/plain", "/cached"] {
        let before = upstream.request_count();
        let asked = post_text(&app, path, "fine");
        tokio::select! {
            reply = asked => panic!("answered: {}", reply.text()),
            () = upstream.wait_for_requests(before + 1) => {}
        }
        upstream.wait_for_disconnects(before + 1).await;
    }
}

#[tokio::test]
async fn one_failure_of_a_shared_call_is_logged_once() {
    let logs = inference_tests::logs::Logs::capture();
    let upstream = Upstream::always(Answer::text(500, "it is broken")).await;
    let app = app(at(&upstream));
    let replies = join_all((0..16).map(|_| post_text(&app, "/cached", "fine"))).await;
    for reply in replies {
        assert_eq!(reply.text(), "FALLBACK fallback");
    }
    assert_eq!(upstream.request_count(), 1);
    assert_eq!(logs.failures().len(), 1, "{:#?}", logs.failures());
}

//! Concurrent equal requests share one call, and a call without callers ends.

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

use super::{app, builder_for, positive};

#[tokio::test]
async fn concurrent_cold_requests_make_one_call() {
    let permits = Arc::new(Semaphore::new(0));
    let upstream = Upstream::always(positive().after_permit(&permits)).await;
    let app = app(builder_for(&upstream));
    let all = join_all((0..256).map(|_| post_text(&app, "/cached", "fine")));
    let release = async {
        upstream.wait_for_requests(1).await;
        permits.add_permits(256);
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
async fn call_continues_when_its_first_caller_is_dropped() {
    let permits = Arc::new(Semaphore::new(0));
    let upstream = Upstream::always(positive().after_permit(&permits)).await;
    let app = app(builder_for(&upstream));
    let mut second = pin!(post_text(&app, "/cached", "fine"));
    {
        let mut first = pin!(post_text(&app, "/cached", "fine"));
        assert!(poll!(&mut first).is_pending());
        assert!(poll!(&mut second).is_pending());
        upstream.wait_for_requests(1).await;
    }
    permits.add_permits(1);
    assert_eq!(second.await.text(), "POSITIVE model");
    assert_eq!(upstream.request_count(), 1);
}

#[tokio::test]
async fn call_ends_when_its_last_caller_is_dropped() {
    let upstream = Upstream::always(Answer::hang()).await;
    let app = app(builder_for(&upstream));
    for path in ["/plain", "/cached"] {
        let before = upstream.request_count();
        let request = post_text(&app, path, "fine");
        tokio::select! {
            reply = request => panic!("answered: {}", reply.text()),
            () = upstream.wait_for_requests(before + 1) => {}
        }
        upstream.wait_for_disconnects(before + 1).await;
    }
}

#[tokio::test]
async fn failure_of_a_shared_call_is_logged_once() {
    let logs = inference_tests::logs::Logs::capture();
    let upstream = Upstream::always(Answer::text(500, "it is broken")).await;
    let app = app(builder_for(&upstream));
    let replies = join_all((0..16).map(|_| post_text(&app, "/cached", "fine"))).await;
    for reply in replies {
        assert_eq!(reply.text(), "FALLBACK fallback");
    }
    assert_eq!(upstream.request_count(), 1);
    assert_eq!(logs.failures().len(), 1, "{:#?}", logs.failures());
}

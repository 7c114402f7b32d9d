//! The first piece goes out before the second is there, and who leaves takes the call along.

use std::sync::Arc;

use inference_tests::upstream::{Answer, LiveStream, Upstream};
use tokio::{
    net::TcpListener,
    sync::{Barrier, mpsc},
};

use super::{Events, app_for};

/// A service whose every stream is handed to the test.
async fn live() -> (Upstream, mpsc::UnboundedReceiver<LiveStream>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let upstream = Upstream::respond_with(move |_| {
        let (live, answer) = Answer::live();
        sender.send(live).expect("the test listens");
        answer
    })
    .await;
    (upstream, receiver)
}

#[tokio::test]
async fn the_first_piece_of_200_streams_comes_before_their_second_is_sent() {
    const STREAMS: usize = 200;
    let (upstream, mut streams) = live().await;
    let app = app_for(&upstream);
    // All clients have seen their first piece before any service sends a second.
    let seen = Arc::new(Barrier::new(STREAMS * 2));
    let clients: Vec<_> = (0..STREAMS)
        .map(|_| {
            let (app, seen) = (app.clone(), Arc::clone(&seen));
            tokio::spawn(async move {
                let mut events = Events::open(&app, "/chat").await;
                assert_eq!(events.next().await.as_deref(), Some("data: first\n\n"));
                seen.wait().await;
                events.rest().await
            })
        })
        .collect();
    let mut services = Vec::new();
    for _ in 0..STREAMS {
        let live = streams.recv().await.expect("a stream");
        let seen = Arc::clone(&seen);
        services.push(tokio::spawn(async move {
            live.send_text("first").await;
            seen.wait().await;
            live.send_text("second").await;
            live.finish().await;
        }));
    }
    for client in clients {
        let rest = client.await.expect("a client");
        assert!(rest.starts_with("data: second\n\nevent: done\n"), "{rest}");
    }
    for service in services {
        service.await.expect("a service");
    }
}

#[tokio::test]
async fn a_browser_that_leaves_ends_the_call_upstream() {
    let (upstream, mut streams) = live().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/chat", listener.local_addr().expect("an address"));
    let app = app_for(&upstream);
    let server = tokio::spawn(async move { axum::serve(listener, app).await });

    let asked =
        tokio::spawn(async move { reqwest::Client::new().post(url).body("Hi").send().await });
    let live = streams.recv().await.expect("a stream");
    live.send_text("first").await;
    let mut response = asked.await.expect("a client").expect("a response");
    let first = response.chunk().await.expect("a piece").expect("a piece");
    assert_eq!(first, "data: first\n\n");
    drop(response);
    live.wait_for_disconnect().await;
    server.abort();
}

#[tokio::test]
async fn dropping_the_stream_ends_the_call_upstream() {
    let (upstream, mut streams) = live().await;
    let app = app_for(&upstream);
    let asked = tokio::spawn(async move { Events::open(&app, "/chat").await });
    let live = streams.recv().await.expect("a stream");
    live.send_text("first").await;
    let events = asked.await.expect("a response");
    drop(events);
    live.wait_for_disconnect().await;
}

#[tokio::test]
async fn a_client_that_leaves_before_the_first_piece_ends_the_call_too() {
    let (upstream, mut streams) = live().await;
    let app = app_for(&upstream);
    let asked = tokio::spawn(async move { Events::open(&app, "/chat").await });
    let live = streams.recv().await.expect("a stream");
    asked.abort();
    live.wait_for_disconnect().await;
}

#[tokio::test]
async fn a_stream_that_was_read_to_its_end_leaves_its_connection_to_the_next() {
    let (upstream, mut streams) = live().await;
    let app = app_for(&upstream);
    for _ in 0..3 {
        let app = app.clone();
        let asked = tokio::spawn(async move { Events::open(&app, "/chat").await.rest().await });
        let live = streams.recv().await.expect("a stream");
        live.send_text("Lima").await;
        // The frame that says why, and the end of the body with it.
        live.send("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n")
            .await;
        drop(live);
        assert!(asked.await.expect("a client").contains("event: done"));
    }
    assert_eq!(upstream.connection_count(), 1);
}

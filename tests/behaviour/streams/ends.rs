//! Chunks are forwarded immediately, and a client disconnect ends the call.

use std::sync::Arc;

use inference_tests::upstream::{Answer, LiveStream, Upstream};
use tokio::{
    net::TcpListener,
    sync::{Barrier, mpsc},
};

use super::{Events, app_for};

/// A service that passes each of its streams to the test.
async fn live() -> (Upstream, mpsc::UnboundedReceiver<LiveStream>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let upstream = Upstream::respond_with(move |_| {
        let (live, answer) = Answer::live();
        sender
            .send(live)
            .expect("the test should receive the stream");
        answer
    })
    .await;
    (upstream, receiver)
}

#[tokio::test]
async fn first_chunk_is_forwarded_before_the_second_is_sent() {
    const STREAMS: usize = 200;
    let (upstream, mut streams) = live().await;
    let app = app_for(&upstream);
    // All clients have received their first chunk before any service sends a second.
    let first_received = Arc::new(Barrier::new(STREAMS * 2));
    let clients: Vec<_> = (0..STREAMS)
        .map(|_| {
            let (app, first_received) = (app.clone(), Arc::clone(&first_received));
            tokio::spawn(async move {
                let mut events = Events::open(&app, "/chat").await;
                assert_eq!(events.next().await.as_deref(), Some("data: first\n\n"));
                first_received.wait().await;
                events.rest().await
            })
        })
        .collect();
    let mut services = Vec::new();
    for _ in 0..STREAMS {
        let live = streams
            .recv()
            .await
            .expect("the service should receive a request");
        let first_received = Arc::clone(&first_received);
        services.push(tokio::spawn(async move {
            live.send_text("first").await;
            first_received.wait().await;
            live.send_text("second").await;
            live.finish().await;
        }));
    }
    for client in clients {
        let rest = client.await.expect("the client should not panic");
        assert!(rest.starts_with("data: second\n\nevent: done\n"), "{rest}");
    }
    for service in services {
        service.await.expect("the service should not panic");
    }
}

#[tokio::test]
async fn client_disconnect_ends_the_upstream_call() {
    let (upstream, mut streams) = live().await;
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port should be free");
    let url = format!(
        "http://{}/chat",
        listener
            .local_addr()
            .expect("the listener should have an address")
    );
    let app = app_for(&upstream);
    let server = tokio::spawn(async move { axum::serve(listener, app).await });

    let request =
        tokio::spawn(async move { reqwest::Client::new().post(url).body("Hi").send().await });
    let live = streams
        .recv()
        .await
        .expect("the service should receive a request");
    live.send_text("first").await;
    let mut response = request
        .await
        .expect("the client should not panic")
        .expect("there should be a response");
    let first = response
        .chunk()
        .await
        .expect("the body should not fail")
        .expect("there should be a chunk");
    assert_eq!(first, "data: first\n\n");
    drop(response);
    live.wait_for_disconnect().await;
    server.abort();
}

#[tokio::test]
async fn dropped_stream_ends_the_upstream_call() {
    let (upstream, mut streams) = live().await;
    let app = app_for(&upstream);
    let request = tokio::spawn(async move { Events::open(&app, "/chat").await });
    let live = streams
        .recv()
        .await
        .expect("the service should receive a request");
    live.send_text("first").await;
    let events = request.await.expect("there should be a response");
    drop(events);
    live.wait_for_disconnect().await;
}

#[tokio::test]
async fn client_disconnect_before_the_first_chunk_ends_the_upstream_call() {
    let (upstream, mut streams) = live().await;
    let app = app_for(&upstream);
    let request = tokio::spawn(async move { Events::open(&app, "/chat").await });
    let live = streams
        .recv()
        .await
        .expect("the service should receive a request");
    request.abort();
    live.wait_for_disconnect().await;
}

#[tokio::test]
async fn connection_is_reused_after_a_stream_has_ended() {
    let (upstream, mut streams) = live().await;
    let app = app_for(&upstream);
    for _ in 0..3 {
        let app = app.clone();
        let request = tokio::spawn(async move { Events::open(&app, "/chat").await.rest().await });
        let live = streams
            .recv()
            .await
            .expect("the service should receive a request");
        live.send_text("Lima").await;
        // The event with the finish reason, followed by the end of the body.
        live.send("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n")
            .await;
        drop(live);
        assert!(
            request
                .await
                .expect("the client should not panic")
                .contains("event: done")
        );
    }
    assert_eq!(upstream.connection_count(), 1);
}

//! A scripted model service: a real server on loopback that records its requests.
//!
//! ```no_run
//! # async fn test() {
//! use inference_tests::upstream::{Answer, Upstream};
//! use serde_json::json;
//!
//! let upstream = Upstream::scripted([
//!     Answer::status(503).header("retry-after", "2"),
//!     Answer::json(&json!([[{"label": "POSITIVE", "score": 0.99}]])),
//! ])
//! .await;
//! // … call a backend whose URL is `upstream.url()` …
//! upstream.wait_for_requests(2).await;
//! assert_eq!(upstream.requests()[0].header("accept"), "application/json");
//! # }
//! ```
//!
//! Tests need not sleep: [`Upstream::wait_for_requests`] and [`Upstream::wait_for_disconnects`] return when the event
//! has happened. Unlike a [`Router`](axum::Router), the server can also truncate a response or reset a connection.

mod answer;
mod connection;
mod live;
mod recorded;

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

pub use answer::Answer;
pub use live::{LiveStream, finish_chunk, text_chunk};
pub use recorded::RecordedRequest;

/// A test that waits longer fails.
const WAIT_LIMIT: Duration = Duration::from_secs(20);

type Script = Box<dyn FnMut(&RecordedRequest) -> Answer + Send>;

/// The server. It stops when the value is dropped.
pub struct Upstream {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

struct Shared {
    script: Mutex<Script>,
    requests: Mutex<Vec<RecordedRequest>>,
    connections: AtomicUsize,
    request_count: watch::Sender<usize>,
    disconnects: watch::Sender<usize>,
}

impl Upstream {
    /// Sends the same response to every request.
    pub async fn always(answer: Answer) -> Self {
        Self::respond_with(move |_| answer.clone()).await
    }

    /// Sends the first response to the first request and so on, and status 500 when the script has ended.
    pub async fn scripted(answers: impl IntoIterator<Item = Answer>) -> Self {
        let mut answers: VecDeque<_> = answers.into_iter().collect();
        Self::respond_with(move |_| {
            answers
                .pop_front()
                .unwrap_or_else(|| Answer::text(500, "the script has ended"))
        })
        .await
    }

    /// Computes the response from the request.
    pub async fn respond_with(
        script: impl FnMut(&RecordedRequest) -> Answer + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port should be free");
        let address = listener
            .local_addr()
            .expect("the listener should have an address");
        let shared = Arc::new(Shared {
            script: Mutex::new(Box::new(script)),
            requests: Mutex::default(),
            connections: AtomicUsize::new(0),
            request_count: watch::Sender::new(0),
            disconnects: watch::Sender::new(0),
        });
        let server = tokio::spawn(connection::accept(listener, Arc::clone(&shared)));
        Self {
            address,
            shared,
            server,
        }
    }

    /// Returns its URL: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the number of requests so far.
    #[must_use]
    pub fn request_count(&self) -> usize {
        *self.shared.request_count.borrow()
    }

    /// Returns the number of connections so far.
    #[must_use]
    pub fn connection_count(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Returns the requests so far, in the order of their arrival.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        locked(&self.shared.requests).clone()
    }

    /// Returns the only request.
    #[must_use]
    pub fn request(&self) -> RecordedRequest {
        let mut requests = self.requests();
        assert_eq!(requests.len(), 1, "expected exactly one request");
        requests.remove(0)
    }

    /// Waits until this many requests have arrived.
    pub async fn wait_for_requests(&self, requests: usize) {
        wait_for_count(&self.shared.request_count, requests, "requests").await;
    }

    /// Waits until this many clients have disconnected before their response started.
    pub async fn wait_for_disconnects(&self, disconnects: usize) {
        wait_for_count(&self.shared.disconnects, disconnects, "disconnects").await;
    }
}

async fn wait_for_count(counter: &watch::Sender<usize>, goal: usize, what: &str) {
    let mut counter = counter.subscribe();
    let reached = counter.wait_for(|count| *count >= goal);
    if tokio::time::timeout(WAIT_LIMIT, reached).await.is_err() {
        panic!("expected {goal} {what}, got {}", *counter.borrow());
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no script should have panicked")
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.server.abort();
    }
}

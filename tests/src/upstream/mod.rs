//! A model service of the tests' own: a real server on loopback that answers by script and remembers what it was
//! asked.
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
//! // … a backend with `upstream.url()` as its address is asked …
//! upstream.wait_for(2).await;
//! assert_eq!(upstream.requests()[0].header("accept"), "application/json");
//! # }
//! ```
//!
//! Nothing here waits by the clock: [`Upstream::wait_for`] and [`Upstream::wait_for_hangups`] return when it has
//! happened. What cannot be said with a [`Router`](axum::Router) can be said here, too: an answer that breaks off, a
//! connection that is reset.

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
pub use live::{Live, finished, said};
pub use recorded::Recorded;

/// A test that waits for longer has failed.
const PATIENCE: Duration = Duration::from_secs(20);

type Script = Box<dyn FnMut(&Recorded) -> Answer + Send>;

/// The server. It stops when it is dropped.
pub struct Upstream {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

struct Shared {
    script: Mutex<Script>,
    requests: Mutex<Vec<Recorded>>,
    connections: AtomicUsize,
    asked: watch::Sender<usize>,
    hangups: watch::Sender<usize>,
}

impl Upstream {
    /// Answers every request alike.
    pub async fn answering(answer: Answer) -> Self {
        Self::with(move |_| answer.clone()).await
    }

    /// Answers the first request with the first answer and so on; and with status 500 when there are no more.
    pub async fn scripted(answers: impl IntoIterator<Item = Answer>) -> Self {
        let mut answers: VecDeque<_> = answers.into_iter().collect();
        Self::with(move |_| {
            answers
                .pop_front()
                .unwrap_or_else(|| Answer::text(500, "the script has ended"))
        })
        .await
    }

    /// Answers as a function of the request.
    pub async fn with(script: impl FnMut(&Recorded) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            script: Mutex::new(Box::new(script)),
            requests: Mutex::default(),
            connections: AtomicUsize::new(0),
            asked: watch::Sender::new(0),
            hangups: watch::Sender::new(0),
        });
        let server = tokio::spawn(connection::accept(listener, Arc::clone(&shared)));
        Self {
            address,
            shared,
            server,
        }
    }

    /// Its address: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many requests there were.
    #[must_use]
    pub fn count(&self) -> usize {
        *self.shared.asked.borrow()
    }

    /// How many connections there were.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// The requests so far, the first one first.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        locked(&self.shared.requests).clone()
    }

    /// The only request there was.
    #[must_use]
    pub fn request(&self) -> Recorded {
        let mut requests = self.requests();
        assert_eq!(requests.len(), 1, "there was one request");
        requests.remove(0)
    }

    /// Waits until there have been so many requests.
    pub async fn wait_for(&self, requests: usize) {
        reach(&self.shared.asked, requests, "requests").await;
    }

    /// Waits until so many clients have gone before they were answered.
    pub async fn wait_for_hangups(&self, hangups: usize) {
        reach(&self.shared.hangups, hangups, "hang-ups").await;
    }
}

async fn reach(counter: &watch::Sender<usize>, goal: usize, what: &str) {
    let mut counter = counter.subscribe();
    let reached = counter.wait_for(|count| *count >= goal);
    if tokio::time::timeout(PATIENCE, reached).await.is_err() {
        panic!("there were {} {what}, not {goal}", *counter.borrow());
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no script has panicked")
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.server.abort();
    }
}

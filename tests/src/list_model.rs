//! A scripted model for lists.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::future::{BoxFuture, FutureExt};
use inference_runtime::{
    Backend, ErrorKind, InferenceError,
    backend::{Request, Response},
};
use tokio::sync::Semaphore;

use crate::models::labels;

/// A model that records the inputs of each call, and responds when the test permits it.
///
/// It returns the input as the label. It rejects inputs that begin with "bad", fails for those that begin with
/// "broken", and panics in the first call that has "panic" among its inputs.
#[derive(Clone)]
pub struct ListModel(Arc<Inner>);

struct Inner {
    calls: Mutex<Vec<Vec<String>>>,
    started: Semaphore,
    permits: Semaphore,
    ended: Semaphore,
    has_panicked: AtomicBool,
}

impl ListModel {
    /// Creates a model that waits for a permit in each call.
    #[must_use]
    pub fn gated() -> Self {
        Self::with_permits(0)
    }

    /// Creates a model that responds at once.
    #[must_use]
    pub fn open() -> Self {
        Self::with_permits(100_000)
    }

    fn with_permits(permits: usize) -> Self {
        Self(Arc::new(Inner {
            calls: Mutex::default(),
            started: Semaphore::new(0),
            permits: Semaphore::new(permits),
            ended: Semaphore::new(0),
            has_panicked: AtomicBool::new(false),
        }))
    }

    /// Lets this number of calls respond.
    pub fn permit(&self, calls: usize) {
        self.0.permits.add_permits(calls);
    }

    /// Returns the inputs of each call, in the order in which the calls started.
    #[must_use]
    pub fn calls(&self) -> Vec<Vec<String>> {
        self.0.calls.lock().expect("no panic").clone()
    }

    /// Returns the inputs of all calls, sorted.
    #[must_use]
    pub fn inputs(&self) -> Vec<String> {
        let mut inputs = self.calls().concat();
        inputs.sort();
        inputs
    }

    /// Waits until a call has started.
    pub async fn wait_until_called(&self) {
        acquire(&self.0.started).await;
    }

    /// Waits until a call has ended or has been dropped.
    pub async fn wait_until_ended(&self) {
        acquire(&self.0.ended).await;
    }

    async fn respond(&self, requests: &[Request]) -> Vec<Result<Response, InferenceError>> {
        let inputs: Vec<String> = requests
            .iter()
            .map(|request| request.inputs().as_str().expect("text").to_owned())
            .collect();
        self.0.calls.lock().expect("no panic").push(inputs.clone());
        let _ended = ReleaseOnDrop(self);
        self.0.started.add_permits(1);
        let permit = self.0.permits.acquire().await;
        permit.expect("the semaphore should stay open").forget();
        if inputs.iter().any(|input| input == "panic") {
            let first = !self.0.has_panicked.swap(true, Ordering::SeqCst);
            assert!(!first, "by the script");
        }
        inputs.iter().map(|input| answer(input)).collect()
    }
}

/// Waits for a signal, and fails the test if it does not come.
async fn acquire(signal: &Semaphore) {
    let signal = tokio::time::timeout(Duration::from_secs(20), signal.acquire()).await;
    signal
        .expect("the signal should come in time")
        .expect("the semaphore should stay open")
        .forget();
}

struct ReleaseOnDrop<'a>(&'a ListModel);

impl Drop for ReleaseOnDrop<'_> {
    fn drop(&mut self) {
        self.0.0.ended.add_permits(1);
    }
}

fn answer(input: &str) -> Result<Response, InferenceError> {
    let fail = |kind| Err(InferenceError::new(kind, "by the script"));
    match input {
        _ if input.starts_with("bad") => fail(ErrorKind::InvalidInput),
        _ if input.starts_with("broken") => fail(ErrorKind::ServiceFailed),
        _ => Ok(labels(&[(input, 0.9)]).into()),
    }
}

impl Backend for ListModel {
    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
        async move {
            let mut responses = self.respond(std::slice::from_ref(request)).await;
            responses.pop().expect("one response")
        }
        .boxed()
    }

    fn call_many<'a>(
        &'a self,
        requests: &'a [Request],
    ) -> BoxFuture<'a, Vec<Result<Response, InferenceError>>> {
        self.respond(requests).boxed()
    }
}

//! Policies: retry, circuit breaker, limits, hedging, stale answers and refreshes.

mod breaker;
mod hedge;
mod limits;
mod refresh;
mod retry;
mod shutdown;
mod stale;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use inference_runtime::{
    Backend,
    backend::{Request, from_fn},
    prelude::*,
};
use inference_tests::models::labels;
use tokio::time::Instant;

/// The response of a model to one call.
enum Step {
    Answer,
    Fail(InferenceError),
    /// Answers after this time.
    Slow(Duration),
    Hang,
}

impl Step {
    fn fail(kind: ErrorKind) -> Self {
        Self::Fail(InferenceError::new(kind, "by the script"))
    }
}

/// The times at which a model was called.
#[derive(Clone, Default)]
struct CallLog(Arc<Mutex<Vec<Instant>>>);

impl CallLog {
    fn count(&self) -> usize {
        self.0.lock().expect("no test should have panicked").len()
    }

    /// Returns the times between consecutive calls.
    fn gaps(&self) -> Vec<Duration> {
        let at = self.0.lock().expect("no test should have panicked");
        at.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }
}

/// Returns a model whose script maps the number of a call, counted from 1, to a response.
fn model(script: impl Fn(usize) -> Step + Send + Sync + 'static) -> (CallLog, impl Backend) {
    let calls = CallLog::default();
    let (log, script) = (calls.clone(), Arc::new(script));
    let backend = from_fn(move |_: Request| {
        let (log, script) = (log.clone(), Arc::clone(&script));
        async move {
            let call = {
                let mut at = log.0.lock().expect("no test should have panicked");
                at.push(Instant::now());
                at.len()
            };
            match script(call) {
                Step::Answer => {}
                Step::Fail(error) => return Err(error),
                Step::Slow(time) => tokio::time::sleep(time).await,
                Step::Hang => std::future::pending().await,
            }
            Ok(labels(&[("POSITIVE", 0.9)]))
        }
    });
    (calls, backend)
}

//! What is done about a slow, failing or overloaded model.

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

/// What a model does with one call.
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

/// When a model was asked.
#[derive(Clone, Default)]
struct Asked(Arc<Mutex<Vec<Instant>>>);

impl Asked {
    fn count(&self) -> usize {
        self.0.lock().expect("no panic").len()
    }

    /// The times between one call and the next.
    fn gaps(&self) -> Vec<Duration> {
        let at = self.0.lock().expect("no panic");
        at.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }
}

/// A model that does what the script says of its first call, its second, and so on.
fn model(script: impl Fn(usize) -> Step + Send + Sync + 'static) -> (Asked, impl Backend) {
    let asked = Asked::default();
    let (noted, script) = (asked.clone(), Arc::new(script));
    let backend = from_fn(move |_: Request| {
        let (noted, script) = (noted.clone(), Arc::clone(&script));
        async move {
            let call = {
                let mut at = noted.0.lock().expect("no panic");
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
    (asked, backend)
}

//! Scripted models, a store that records its writes, and the log of all events.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, ready},
};
use inference_runtime::{
    Backend, ErrorKind, Inference, InferenceError,
    backend::{Request, Response, from_fn},
    cache::{Entry, Key, Store, StoreError},
};
use inference_tests::models::labels;
use tokio::time::Instant;

/// A model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Model {
    First,
    Second,
}

impl Model {
    pub(super) const ALL: [Self; 2] = [Self::First, Self::Second];

    /// Returns its name in predictions.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::First => "org/first",
            Self::Second => "other::second",
        }
    }
}

/// The response of a model to a call.
#[derive(Clone, Debug)]
pub(super) enum Behaviour {
    Answer,
    Slow(Duration),
    Fail(ErrorKind),
    Hang,
    /// Returns a malformed answer.
    Invalid(&'static str),
}

/// The input of a request, with its scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Input {
    pub(super) text: &'static str,
    pub(super) scope: &'static str,
}

/// An event.
#[derive(Clone, Debug)]
pub(super) enum Event {
    CallStarted {
        call: usize,
        model: Model,
        input: String,
        at: Instant,
    },
    /// The call has ended, with an answer, a failure, or because it was dropped.
    CallEnded {
        call: usize,
        outcome: Outcome,
        at: Instant,
    },
    /// The answer of this call was stored under the key of this model and input.
    Stored {
        slot: Option<(Model, Input)>,
        call: usize,
        at: Instant,
    },
    Cleared,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Answered,
    Failed { is_client_error: bool },
    Dropped,
}

/// The model and the input of each cache key.
pub(super) type Keys = HashMap<Key, (Model, Input)>;

/// The environment of the runtime: models, store and event log.
#[derive(Clone)]
pub(super) struct Environment(Arc<Inner>);

struct Inner {
    keys: Arc<Keys>,
    looked_up: Mutex<Vec<Key>>,
    behaviours: Mutex<HashMap<Model, Behaviour>>,
    entries: Mutex<HashMap<Key, Entry>>,
    log: Mutex<Vec<Event>>,
}

impl Environment {
    pub(super) fn new(keys: &Arc<Keys>) -> Self {
        Self(Arc::new(Inner {
            keys: Arc::clone(keys),
            looked_up: Mutex::default(),
            behaviours: Mutex::new(Model::ALL.map(|model| (model, Behaviour::Answer)).into()),
            entries: Mutex::default(),
            log: Mutex::default(),
        }))
    }

    pub(super) fn inference(&self) -> Inference {
        Inference::builder()
            .backend("hf", self.backend(Model::First))
            .backend("other", self.backend(Model::Second))
            .store(self.clone())
            .build()
            .expect("a runtime")
    }

    pub(super) fn set(&self, model: Model, behaviour: Behaviour) {
        lock(&self.0.behaviours).insert(model, behaviour);
    }

    pub(super) fn clear_store(&self) {
        lock(&self.0.entries).clear();
        self.record(Event::Cleared);
    }

    pub(super) fn log(&self) -> Vec<Event> {
        lock(&self.0.log).clone()
    }

    pub(super) fn log_length(&self) -> usize {
        lock(&self.0.log).len()
    }

    /// Returns the keys looked up since the last call of this function.
    pub(super) fn looked_up(&self) -> Vec<Key> {
        std::mem::take(&mut *lock(&self.0.looked_up))
    }

    fn record(&self, event: Event) {
        lock(&self.0.log).push(event);
    }

    fn backend(&self, model: Model) -> impl Backend {
        let environment = self.clone();
        from_fn(move |request: Request| {
            let environment = environment.clone();
            async move { environment.answer(model, &request).await }
        })
    }

    async fn answer(&self, model: Model, request: &Request) -> Result<Response, InferenceError> {
        let mut call = Call::start(self.clone(), model, request);
        let behaviour = lock(&self.0.behaviours)[&model].clone();
        match behaviour {
            Behaviour::Answer => {}
            Behaviour::Slow(time) => tokio::time::sleep(time).await,
            Behaviour::Hang => std::future::pending().await,
            Behaviour::Fail(kind) => {
                call.outcome = Outcome::Failed {
                    is_client_error: kind.is_client_error(),
                };
                return Err(InferenceError::new(kind, "by the script"));
            }
            Behaviour::Invalid(body) => {
                call.outcome = Outcome::Failed {
                    is_client_error: false,
                };
                return Ok(Response::new(body));
            }
        }
        call.outcome = Outcome::Answered;
        Ok(labels(&[(&label(call.number), 0.9)]).into())
    }
}

/// The label returned by a call. It is unique.
fn label(call: usize) -> String {
    format!("answer {call}.")
}

/// Returns the call that returned this label.
pub(super) fn call_of(label: &str) -> Option<usize> {
    let rest = label.split("answer ").nth(1)?;
    rest.split('.').next()?.parse().ok()
}

/// A running call. It ends when it is dropped.
struct Call {
    environment: Environment,
    number: usize,
    outcome: Outcome,
}

impl Call {
    fn start(environment: Environment, model: Model, request: &Request) -> Self {
        let mut log = lock(&environment.0.log);
        let number = log.len();
        log.push(Event::CallStarted {
            call: number,
            model,
            input: request
                .inputs()
                .as_str()
                .expect("the input should be text")
                .to_owned(),
            at: Instant::now(),
        });
        drop(log);
        Self {
            environment,
            number,
            outcome: Outcome::Dropped,
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.environment.record(Event::CallEnded {
            call: self.number,
            outcome: self.outcome,
            at: Instant::now(),
        });
    }
}

/// Stores everything without expiry: the ladder must enforce the windows.
impl Store for Environment {
    fn get<'a>(&'a self, key: &'a Key) -> BoxFuture<'a, Result<Option<Entry>, StoreError>> {
        lock(&self.0.looked_up).push(*key);
        ready(Ok(lock(&self.0.entries).get(key).cloned())).boxed()
    }

    fn put(&self, key: Key, entry: Entry, _: Duration) -> BoxFuture<'_, Result<(), StoreError>> {
        let encoded = entry.encode(&key);
        let call = call_of(&String::from_utf8_lossy(&encoded)).unwrap_or(usize::MAX);
        let at = Instant::now();
        let slot = self.0.keys.get(&key).copied();
        self.record(Event::Stored { slot, call, at });
        lock(&self.0.entries).insert(key, entry);
        ready(Ok(())).boxed()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no test should have panicked")
}

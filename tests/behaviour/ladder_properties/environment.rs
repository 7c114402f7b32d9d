//! Scripted models, a store that records its writes, and the log of all events.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, join_all, ready},
};
use inference_runtime::{
    Backend, ErrorKind, Inference, InferenceError,
    backend::{Request, Response, StreamingResponse},
    cache::{Entry, Key, Store, StoreError},
};
use inference_tests::models::labels;
use tokio::time::Instant;

use super::script::{Script, ScriptedStream, StreamCall};

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
    behaviours: Mutex<HashMap<(Model, String), Behaviour>>,
    scripts: Mutex<HashMap<Model, Script>>,
    entries: Mutex<HashMap<Key, Entry>>,
    log: Mutex<Vec<Event>>,
    stream_calls: Mutex<Vec<StreamCall>>,
    violations: Mutex<Vec<&'static str>>,
    requests: AtomicUsize,
}

impl Environment {
    pub(super) fn new(keys: &Arc<Keys>) -> Self {
        Self(Arc::new(Inner {
            keys: Arc::clone(keys),
            looked_up: Mutex::default(),
            behaviours: Mutex::default(),
            scripts: Mutex::default(),
            entries: Mutex::default(),
            log: Mutex::default(),
            stream_calls: Mutex::default(),
            violations: Mutex::default(),
            requests: AtomicUsize::default(),
        }))
    }

    pub(super) fn inference(&self) -> Inference {
        Inference::builder()
            .backend("hf", self.backend(Model::First))
            .backend("other", self.backend(Model::Second))
            .store(self.clone())
            .build()
            .expect("the runtime should build")
    }

    /// Sets the behaviour of a model for one text. Until then it answers.
    pub(super) fn set(&self, model: Model, text: &str, behaviour: Behaviour) {
        lock(&self.0.behaviours).insert((model, text.to_owned()), behaviour);
    }

    /// Sets the script of a model's streams.
    pub(super) fn set_script(&self, model: Model, script: Script) {
        lock(&self.0.scripts).insert(model, script);
    }

    pub(super) fn stream_calls(&self) -> MutexGuard<'_, Vec<StreamCall>> {
        lock(&self.0.stream_calls)
    }

    /// Records a violation of a property that a model has noticed.
    pub(super) fn record_violation(&self, violation: &'static str) {
        lock(&self.0.violations).push(violation);
    }

    pub(super) fn violations(&self) -> Vec<&'static str> {
        lock(&self.0.violations).clone()
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

    /// Returns the number of a new request.
    pub(super) fn next_request(&self) -> usize {
        self.0.requests.fetch_add(1, Ordering::Relaxed)
    }

    fn record(&self, event: Event) {
        lock(&self.0.log).push(event);
    }

    fn backend(&self, model: Model) -> impl Backend {
        ScriptedBackend {
            environment: self.clone(),
            model,
        }
    }
}

struct ScriptedBackend {
    environment: Environment,
    model: Model,
}

impl Backend for ScriptedBackend {
    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
        async move {
            let mut call = Call::start(self, request);
            let (outcome, response) = self.respond(&call).await;
            call.outcome = outcome;
            response
        }
        .boxed()
    }

    /// The calls of a list end together.
    fn call_many<'a>(
        &'a self,
        requests: &'a [Request],
    ) -> BoxFuture<'a, Vec<Result<Response, InferenceError>>> {
        async move {
            let mut calls: Vec<_> = requests
                .iter()
                .map(|request| Call::start(self, request))
                .collect();
            let mut texts: Vec<_> = calls.iter().map(|call| &call.text).collect();
            texts.sort();
            // The inputs of a list have the same scope.
            if texts.windows(2).any(|pair| pair[0] == pair[1]) {
                let violation = "an input was sent twice in one call";
                self.environment.record_violation(violation);
            }
            let responses = join_all(calls.iter().map(|call| self.respond(call))).await;
            let ended = calls.iter_mut().zip(responses);
            ended
                .map(|(call, (outcome, response))| {
                    call.outcome = outcome;
                    response
                })
                .collect()
        }
        .boxed()
    }

    fn stream<'a>(
        &'a self,
        _: &'a Request,
    ) -> BoxFuture<'a, Result<StreamingResponse, InferenceError>> {
        let script = lock(&self.environment.0.scripts).get(&self.model).cloned();
        let environment = self.environment.clone();
        ScriptedStream::open(environment, self.model, script.unwrap_or_default()).boxed()
    }
}

impl ScriptedBackend {
    async fn respond(&self, call: &Call) -> (Outcome, Result<Response, InferenceError>) {
        let behaviour = lock(&self.environment.0.behaviours)
            .get(&(self.model, call.text.clone()))
            .cloned();
        let failed = |is_client_error| Outcome::Failed { is_client_error };
        match behaviour.unwrap_or(Behaviour::Answer) {
            Behaviour::Answer => {}
            Behaviour::Slow(time) => tokio::time::sleep(time).await,
            Behaviour::Hang => std::future::pending().await,
            Behaviour::Fail(kind) => {
                let error = InferenceError::new(kind, "by the script");
                return (failed(kind.is_client_error()), Err(error));
            }
            Behaviour::Invalid(body) => return (failed(false), Ok(Response::new(body))),
        }
        let response = labels(&[(&label(call.number), 0.9)]);
        (Outcome::Answered, Ok(response.into()))
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
    text: String,
    outcome: Outcome,
}

impl Call {
    fn start(backend: &ScriptedBackend, request: &Request) -> Self {
        let environment = backend.environment.clone();
        let inputs = request.inputs();
        let text = inputs.as_str().expect("the input should be text");
        let mut log = lock(&environment.0.log);
        let number = log.len();
        log.push(Event::CallStarted {
            call: number,
            model: backend.model,
            input: text.to_owned(),
            at: Instant::now(),
        });
        drop(log);
        Self {
            environment,
            number,
            text: text.to_owned(),
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

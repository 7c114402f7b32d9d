//! Models that a test plays, a store that tells what it was given, and the log of all that.

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

/// The models.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Model {
    First,
    Second,
}

impl Model {
    pub(super) const ALL: [Self; 2] = [Self::First, Self::Second];

    /// As predictions name it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::First => "org/first",
            Self::Second => "other::second",
        }
    }
}

/// What a model does with a call.
#[derive(Clone, Debug)]
pub(super) enum Behaviour {
    Answer,
    Slow(Duration),
    Fail(ErrorKind),
    Hang,
    /// An answer of no use.
    Rubbish(&'static str),
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Question {
    pub(super) input: &'static str,
    pub(super) scope: &'static str,
}

/// What happened, in order.
#[derive(Clone, Debug)]
pub(super) enum Event {
    Asked {
        call: usize,
        model: Model,
        input: String,
        at: Instant,
    },
    /// The call is over: with an answer, a failure, or nothing where it was given up.
    Ended {
        call: usize,
        outcome: Outcome,
        at: Instant,
    },
    /// The store was given the answer of this call, in the place of this model's answers to this question.
    Kept {
        place: Option<(Model, Question)>,
        call: usize,
        at: Instant,
    },
    Forgotten,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Answered,
    Failed { by_the_caller: bool },
    GivenUp,
}

/// Whose answers to what stand under which key.
pub(super) type Keys = HashMap<Key, (Model, Question)>;

/// Everything outside of the runtime.
#[derive(Clone)]
pub(super) struct World(Arc<Inner>);

struct Inner {
    keys: Arc<Keys>,
    looked_for: Mutex<Vec<Key>>,
    behaviours: Mutex<HashMap<Model, Behaviour>>,
    entries: Mutex<HashMap<Key, Entry>>,
    log: Mutex<Vec<Event>>,
}

impl World {
    pub(super) fn new(keys: &Arc<Keys>) -> Self {
        Self(Arc::new(Inner {
            keys: Arc::clone(keys),
            looked_for: Mutex::default(),
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

    pub(super) fn forget(&self) {
        lock(&self.0.entries).clear();
        self.tell(Event::Forgotten);
    }

    pub(super) fn log(&self) -> Vec<Event> {
        lock(&self.0.log).clone()
    }

    pub(super) fn log_length(&self) -> usize {
        lock(&self.0.log).len()
    }

    /// The keys that the store was asked for since the last time.
    pub(super) fn looked_for(&self) -> Vec<Key> {
        std::mem::take(&mut *lock(&self.0.looked_for))
    }

    fn tell(&self, event: Event) {
        lock(&self.0.log).push(event);
    }

    fn backend(&self, model: Model) -> impl Backend {
        let world = self.clone();
        from_fn(move |request: Request| {
            let world = world.clone();
            async move { world.answer(model, &request).await }
        })
    }

    async fn answer(&self, model: Model, request: &Request) -> Result<Response, InferenceError> {
        let mut call = Call::begin(self.clone(), model, request);
        let behaviour = lock(&self.0.behaviours)[&model].clone();
        match behaviour {
            Behaviour::Answer => {}
            Behaviour::Slow(time) => tokio::time::sleep(time).await,
            Behaviour::Hang => std::future::pending().await,
            Behaviour::Fail(kind) => {
                call.outcome = Outcome::Failed {
                    by_the_caller: kind.is_client_error(),
                };
                return Err(InferenceError::new(kind, "by the script"));
            }
            Behaviour::Rubbish(body) => {
                call.outcome = Outcome::Failed {
                    by_the_caller: false,
                };
                return Ok(Response::new(body));
            }
        }
        call.outcome = Outcome::Answered;
        Ok(labels(&[(&label(call.number), 0.9)]).into())
    }
}

/// What the model says in a call: no two answers are alike.
fn label(call: usize) -> String {
    format!("answer {call}.")
}

/// The call that gave this answer.
pub(super) fn call_of(label: &str) -> Option<usize> {
    let rest = label.split("answer ").nth(1)?;
    rest.split('.').next()?.parse().ok()
}

/// A call under way. Dropped, it has ended.
struct Call {
    world: World,
    number: usize,
    outcome: Outcome,
}

impl Call {
    fn begin(world: World, model: Model, request: &Request) -> Self {
        let mut log = lock(&world.0.log);
        let number = log.len();
        log.push(Event::Asked {
            call: number,
            model,
            input: request.inputs().as_str().expect("a text").to_owned(),
            at: Instant::now(),
        });
        drop(log);
        Self {
            world,
            number,
            outcome: Outcome::GivenUp,
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.world.tell(Event::Ended {
            call: self.number,
            outcome: self.outcome,
            at: Instant::now(),
        });
    }
}

/// Keeps everything for ever, however long it was asked to: the windows are the ladder's to hold.
impl Store for World {
    fn get<'a>(&'a self, key: &'a Key) -> BoxFuture<'a, Result<Option<Entry>, StoreError>> {
        lock(&self.0.looked_for).push(*key);
        ready(Ok(lock(&self.0.entries).get(key).cloned())).boxed()
    }

    fn put(&self, key: Key, entry: Entry, _: Duration) -> BoxFuture<'_, Result<(), StoreError>> {
        let written = entry.encode(&key);
        let call = call_of(&String::from_utf8_lossy(&written)).unwrap_or(usize::MAX);
        let at = Instant::now();
        let place = self.0.keys.get(&key).copied();
        self.tell(Event::Kept { place, call, at });
        lock(&self.0.entries).insert(key, entry);
        ready(Ok(())).boxed()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("nobody has panicked")
}

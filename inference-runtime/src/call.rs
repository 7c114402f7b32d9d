//! One prediction about to be made.

use std::{
    borrow::Cow,
    future::{Ready, ready},
    sync::{Arc, OnceLock},
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Either},
};
use serde::Serialize;
use tokio::time::Instant;
use tracing::Span;

use crate::{
    Inference, InferenceError, Prediction,
    error::ErrorKind,
    ladder::{self, Begun, Examine},
    operation::{Operation, Spec},
    prediction::{Answered, Origin},
    task::Task,
    telemetry,
};

/// A delivery on its way: there already, or to be waited for. Its type says nothing of who is to receive it.
pub type Delivery<'a, D> = Either<Ready<D>, BoxFuture<'a, D>>;

/// A form of an output: made of one that is the caller's own, or of one that the cache has too.
pub(crate) type Form<O, D> = fn(Cow<'_, O>) -> Option<D>;

/// One prediction about to be made: an operation, its input and its parameters.
///
/// A type that implements [`Receive`](crate::Receive) gets one and decides what to do with it; most
/// [`predict`](Self::predict).
#[must_use = "a call asks nothing until it is received"]
pub struct Call<'a, T: Task> {
    pub(crate) inference: &'a Inference,
    pub(crate) spec: &'static Spec,
    pub(crate) input: Result<T::Input, InferenceError>,
    pub(crate) parameters: T::Parameters,
    /// Boxed: few calls have any, and every call is moved about.
    pub(crate) about: Option<Box<About<T>>>,
    pub(crate) started: Instant,
    /// What is told of it.
    pub(crate) span: Span,
    /// The inputs of an operation that has several; `input` is an error then.
    pub(crate) items: Option<Vec<Result<T::Input, InferenceError>>>,
    /// An answer that is there already; boxed for the same reason.
    ready: Option<Box<Result<Answered<T::Output>, InferenceError>>>,
    /// Where the answer's origin is left for a wrapper that wants to know it.
    origin: Option<Arc<OnceLock<Origin>>>,
}

/// What is said of a call beside its input, and decides who shares its answer.
pub(crate) struct About<T: Task> {
    /// `cache(scope = …)` as JSON.
    pub(crate) scope: Option<String>,
    /// `cache(key = …)` as JSON.
    pub(crate) key: Option<String>,
    pub(crate) examine: Option<Examine<T>>,
}

// Neither is derived: that would ask it of the task.
impl<T: Task> Default for About<T> {
    fn default() -> Self {
        Self {
            scope: None,
            key: None,
            examine: None,
        }
    }
}

impl<T: Task> Clone for About<T> {
    fn clone(&self) -> Self {
        Self {
            scope: self.scope.clone(),
            key: self.key.clone(),
            examine: self.examine.clone(),
        }
    }
}

impl<'a, T: Task> Call<'a, T> {
    pub(crate) fn new(
        inference: &'a Inference,
        operation: &'static Operation<T>,
        input: Result<T::Input, InferenceError>,
    ) -> Self {
        Self {
            inference,
            spec: operation.spec(),
            input,
            parameters: T::Parameters::default(),
            about: None,
            started: Instant::now(),
            span: telemetry::prediction(inference, operation.spec()),
            items: None,
            ready: None,
            origin: None,
        }
    }

    /// A call with several inputs, for deliveries that know what to do with them.
    pub(crate) fn each(
        inference: &'a Inference,
        operation: &'static Operation<T>,
        items: Vec<Result<T::Input, InferenceError>>,
    ) -> Self {
        let mut call = Self::new(inference, operation, Err(several()));
        call.items = Some(items);
        call
    }

    /// A call that has been answered: a delivery makes of the answer what it makes of every other.
    pub(crate) fn answered(
        inference: &'a Inference,
        spec: &'static Spec,
        answer: Result<Answered<T::Output>, InferenceError>,
    ) -> Self {
        Self {
            inference,
            spec,
            input: Err(several()),
            parameters: T::Parameters::default(),
            about: None,
            started: Instant::now(),
            // Those who made the call have told of it.
            span: Span::none(),
            items: None,
            ready: Some(Box::new(answer)),
            origin: None,
        }
    }

    /// This call with one of its inputs.
    pub(crate) fn of_one(&self, input: Result<T::Input, InferenceError>) -> Self {
        Self {
            inference: self.inference,
            spec: self.spec,
            input,
            parameters: self.parameters.clone(),
            about: self.about.clone(),
            started: self.started,
            span: Span::none(),
            items: None,
            ready: None,
            origin: None,
        }
    }

    /// Makes a list of the one input, where there is no list.
    pub(crate) fn one_is_a_list(&mut self) {
        if self.items.is_none() {
            let input = std::mem::replace(&mut self.input, Err(several()));
            self.items = Some(vec![input]);
        }
    }

    /// Sets the task's parameters.
    pub fn parameters(mut self, parameters: T::Parameters) -> Self {
        self.parameters = parameters;
        self
    }

    /// Shares the answer only within this scope: a user's id, a tenant's name.
    pub fn scope<S: Serialize + ?Sized>(mut self, scope: &S) -> Self {
        match key_part("scope", scope) {
            Ok(scope) => self.about.get_or_insert_default().scope = Some(scope),
            Err(error) => self.refuse(&error),
        }
        self
    }

    /// Names the input in the cache's key in the input's place.
    pub fn key<K: Serialize + ?Sized>(mut self, key: &K) -> Self {
        match key_part("key", key) {
            Ok(key) => self.about.get_or_insert_default().key = Some(key),
            Err(error) => self.refuse(&error),
        }
        self
    }

    /// Every input fails like this, unless it has failed before.
    fn refuse(&mut self, error: &InferenceError) {
        let items = self.items.iter_mut().flatten();
        for input in items.chain([&mut self.input]) {
            if input.is_ok() {
                *input = Err(error.clone());
            }
        }
    }

    /// The name of the operation.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.spec.name()
    }

    /// Makes the prediction: from the cache or by the models of the operation, in their order.
    ///
    /// # Errors
    ///
    /// An [`InferenceError`] where the input was refused or no model gave an answer of use.
    pub async fn predict(mut self) -> Result<Prediction<T::Output>, InferenceError> {
        let origin = self.origin.take();
        let answered = match self.begin() {
            Begun::Ended(ended) => ended?,
            Begun::Open(open) => open.end().await?,
        };
        leave(origin.as_ref(), || answered.origin());
        Ok(answered.into())
    }

    /// Makes the prediction and hands it over in a form of its output: at once where that needs no waiting. An output
    /// that has no such form is a failed prediction.
    pub(crate) fn deliver<D: Send + 'a>(
        mut self,
        form: Form<T::Output, D>,
    ) -> Delivery<'a, Result<D, InferenceError>> {
        let (inference, spec, span) = (self.inference, self.spec, self.span.clone());
        let origin = self.origin.take();
        let hand_over = move |answered: Answered<T::Output>| {
            leave(origin.as_ref(), || answered.origin());
            let elapsed = answered.elapsed;
            let made = match Arc::try_unwrap(answered.value) {
                Ok(own) => form(Cow::Owned(own)),
                Err(shared) => form(Cow::Borrowed(&shared)),
            };
            made.ok_or_else(|| inference.refuse(spec, &span, nothing_in_it(), elapsed))
        };
        match self.begin() {
            Begun::Ended(ended) => Either::Left(ready(ended.and_then(hand_over))),
            Begun::Open(open) => {
                Either::Right(open.end().map(|ended| ended.and_then(hand_over)).boxed())
            }
        }
    }

    /// Makes the prediction and something of its output. An output that is of no use is a failed prediction.
    pub(crate) async fn predict_into<D>(
        self,
        make: impl FnOnce(T::Output) -> Result<D, InferenceError> + Send,
    ) -> Result<D, InferenceError> {
        let (inference, spec, span) = (self.inference, self.spec, self.span.clone());
        let answer = self.predict().await?;
        let elapsed = answer.elapsed;
        make(answer.into_inner()).map_err(|error| inference.refuse(spec, &span, error, elapsed))
    }

    fn begin(mut self) -> Begun<'a, T> {
        match self.ready.take() {
            Some(answer) => Begun::Ended(*answer),
            None => ladder::begin(self),
        }
    }

    /// Opens the answer as a stream: see [`Opened`](ladder::Opened).
    pub(crate) async fn open(self) -> Result<ladder::Opened, InferenceError> {
        let origin = self.origin.clone();
        let opened = ladder::open(self).await?;
        leave(origin.as_ref(), || opened.origin.clone());
        Ok(opened)
    }

    /// Leaves the answer's origin for whoever watches it.
    pub(crate) fn leave_origin(&self, origin: impl FnOnce() -> Origin) {
        leave(self.origin.as_ref(), origin);
    }

    /// The place where [`predict`](Self::predict) will leave the answer's origin.
    pub(crate) fn watch_origin(&mut self) -> Arc<OnceLock<Origin>> {
        Arc::clone(self.origin.get_or_insert_default())
    }
}

fn leave(slot: Option<&Arc<OnceLock<Origin>>>, origin: impl FnOnce() -> Origin) {
    // A delivery that predicts twice reports the first.
    if let Some(slot) = slot {
        slot.get_or_init(origin);
    }
}

fn nothing_in_it() -> InferenceError {
    InferenceError::new(ErrorKind::UnexpectedOutput, "the model's answer is empty")
}

fn several() -> InferenceError {
    InferenceError::new(
        ErrorKind::Internal,
        "several inputs meet a delivery for one; help: receive them as `Each<…>`",
    )
}

fn key_part<S: Serialize + ?Sized>(name: &str, value: &S) -> Result<String, InferenceError> {
    serde_json::to_string(value).map_err(|error| {
        InferenceError::new(
            ErrorKind::Internal,
            format!("the value of `cache({name} = …)` cannot be part of a key; help: give text or a number"),
        )
        .with_source(error)
    })
}

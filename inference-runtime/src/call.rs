//! One prediction about to be made.

use std::sync::{Arc, OnceLock};

use serde::Serialize;
use tokio::time::Instant;
use tracing::Span;

use crate::{
    Inference, InferenceError, Prediction,
    error::ErrorKind,
    ladder::{self, Examine},
    operation::{Operation, Spec},
    prediction::{Answered, Origin},
    task::Task,
    telemetry,
};

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
    pub(crate) scope: Option<Result<String, InferenceError>>,
    pub(crate) key: Option<Result<String, InferenceError>>,
    pub(crate) examine: Option<Examine<T>>,
    pub(crate) started: Instant,
    /// What is told of it.
    pub(crate) span: Span,
    /// The inputs of an operation that has several; `input` is an error then.
    pub(crate) items: Option<Vec<Result<T::Input, InferenceError>>>,
    /// An answer that is there already. Boxed: few calls have one, and every call is moved about.
    ready: Option<Box<Result<Prediction<T::Output>, InferenceError>>>,
    /// Where the answer's origin is left for a wrapper that wants to know it.
    origin: Option<Arc<OnceLock<Origin>>>,
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
            scope: None,
            key: None,
            examine: None,
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
        answer: Result<Prediction<T::Output>, InferenceError>,
    ) -> Self {
        Self {
            inference,
            spec,
            input: Err(several()),
            parameters: T::Parameters::default(),
            scope: None,
            key: None,
            examine: None,
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
            scope: self.scope.clone(),
            key: self.key.clone(),
            examine: self.examine.clone(),
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
        self.scope = Some(key_part("scope", scope));
        self
    }

    /// Names the input in the cache's key in the input's place.
    pub fn key<K: Serialize + ?Sized>(mut self, key: &K) -> Self {
        self.key = Some(key_part("key", key));
        self
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
    pub async fn predict(self) -> Result<Prediction<T::Output>, InferenceError> {
        self.answer().await.map(Prediction::from)
    }

    /// The same, for deliveries that hand on the value alone.
    async fn answer(self) -> Result<Answered<T::Output>, InferenceError> {
        let slot = self.origin.clone();
        let answered = match self.ready {
            Some(answer) => {
                let answer = (*answer)?;
                let origin = answer.origin();
                let value = answer.into_inner();
                Answered { value, origin }
            }
            None => ladder::climb(self).await?,
        };
        if let Some(slot) = slot {
            // A delivery that predicts twice reports the first.
            let _ = slot.set(answered.origin.clone());
        }
        Ok(answered)
    }

    /// Opens the answer as a stream: see [`Opened`](ladder::Opened).
    pub(crate) async fn open(self) -> Result<ladder::Opened, InferenceError> {
        let origin = self.origin.clone();
        let opened = ladder::open(self).await?;
        if let Some(slot) = origin {
            let _ = slot.set(opened.origin.clone());
        }
        Ok(opened)
    }

    /// Makes the prediction and something of its output. An output that is of no use is a failed prediction.
    pub(crate) async fn predict_into<D>(
        self,
        make: impl FnOnce(T::Output) -> Result<D, InferenceError> + Send,
    ) -> Result<D, InferenceError> {
        let (inference, spec, span) = (self.inference, self.spec, self.span.clone());
        let Answered { value, origin } = self.answer().await?;
        let elapsed = origin.elapsed;
        make(value).map_err(|error| inference.refuse(spec, &span, error, elapsed))
    }

    /// Leaves the answer's origin for whoever watches it.
    pub(crate) fn leave_origin(&self, origin: Origin) {
        if let Some(slot) = &self.origin {
            // A delivery that predicts twice reports the first.
            let _ = slot.set(origin);
        }
    }

    /// The place where [`predict`](Self::predict) will leave the answer's origin.
    pub(crate) fn watch_origin(&mut self) -> Arc<OnceLock<Origin>> {
        Arc::clone(self.origin.get_or_insert_default())
    }
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

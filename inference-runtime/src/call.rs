//! One prediction to be made: an operation, its input, its parameters and its options.

use std::{
    fmt,
    future::Ready,
    marker::PhantomData,
    sync::{Arc, OnceLock},
};

use futures_util::future::{BoxFuture, Either};
use serde::Serialize;
use tokio::time::Instant;
use tracing::Span;

use crate::{
    Inference, InferenceError,
    answer::{Answered, Origin},
    error::ErrorKind,
    hook::HookError,
    operation::Spec,
    task::{Accepts, DecodeError, Task},
};

/// A delivery that is ready, or a future of it. The type names no receiver.
pub type Delivery<'a, D> = Either<Ready<D>, BoxFuture<'a, D>>;

/// One annotated parameter: its task as a type, everything else as data. The macro writes it as a `static`.
#[derive(Debug)]
pub struct Operation<T: Task> {
    spec: Spec,
    task: PhantomData<fn() -> T>,
}

impl<T: Task> Operation<T> {
    /// Creates the operation of a specification.
    #[must_use]
    pub const fn new(spec: Spec) -> Self {
        Self {
            spec: spec.with_task(T::NAME, T::WIRE_NAME),
            task: PhantomData,
        }
    }

    /// The arguments of the annotation.
    #[must_use]
    pub const fn spec(&self) -> &Spec {
        &self.spec
    }

    /// Creates a call of this operation. The input is copied: nothing stays borrowed while the model works.
    pub fn call<'a, I: ?Sized>(&'static self, inference: &'a Inference, input: &I) -> Call<'a, T>
    where
        T: Accepts<I>,
    {
        Call::new(inference, &self.spec, T::accept(input))
    }

    /// Creates a call with several inputs, each of which is copied.
    pub fn call_each<'a, I>(&'static self, inference: &'a Inference, inputs: I) -> Call<'a, T>
    where
        I: IntoIterator,
        T: Accepts<I::Item>,
    {
        let items = inputs.into_iter().map(|input| T::accept(&input)).collect();
        let mut call = Call::new(inference, &self.spec, Err(several_inputs()));
        call.items = Some(items);
        call
    }

    /// Creates a call whose input was made, or rejected, by `preprocess`.
    pub fn call_preprocessed<'a, I>(
        &'static self,
        inference: &'a Inference,
        input: Result<I, HookError>,
    ) -> Call<'a, T>
    where
        T: Accepts<I>,
    {
        let input = input.map_err(HookError::into_input_error);
        Call::new(
            inference,
            &self.spec,
            input.and_then(|input: I| T::accept(&input)),
        )
    }
}

/// One prediction to be made: an operation, its input and its parameters.
///
/// A type that implements [`Receive`](crate::Receive) gets one and decides how to make the prediction; most call
/// [`predict`](Self::predict).
#[must_use = "a call does nothing until it is received"]
pub struct Call<'a, T: Task> {
    pub(crate) inference: &'a Inference,
    pub(crate) spec: &'static Spec,
    pub(crate) input: Result<T::Input, InferenceError>,
    pub(crate) parameters: T::Parameters,
    /// Boxed: few calls have any, and every call is moved.
    pub(crate) options: Option<Box<CallOptions<T>>>,
    pub(crate) started: Instant,
    /// The span of the prediction, once it is created.
    pub(crate) span: Option<Span>,
    /// The inputs of an operation that has several; `input` is an error then.
    pub(crate) items: Option<Vec<Result<T::Input, InferenceError>>>,
    /// An answer that is already known; boxed for the same reason.
    pub(crate) ready: Option<Box<Result<Answered<T::Output>, InferenceError>>>,
    /// Receives the answer's origin for a wrapper such as `Prediction`.
    pub(crate) origin: Option<Arc<OnceLock<Origin>>>,
}

// Neither the input nor the parameters: a prompt is not for the log.
impl<T: Task> fmt::Debug for Call<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.spec.name())
            .field("task", &T::NAME)
            .field("items", &self.items.as_ref().map(Vec::len))
            .finish_non_exhaustive()
    }
}

/// The options of a call that decide which calls share its answer.
pub(crate) struct CallOptions<T: Task> {
    /// `cache(scope = …)` as JSON.
    pub(crate) scope: Option<String>,
    /// `cache(key = …)` as JSON.
    pub(crate) key: Option<String>,
    pub(crate) validation: Option<Validation<T>>,
}

/// Extra validation of a decoded output, run before it is cached or delivered.
pub(crate) struct Validation<T: Task> {
    /// The name of the type that the output is read into. It is part of the cache key.
    pub(crate) type_name: &'static str,
    /// Validates the output for an input.
    pub(crate) validate: Validate<T>,
}

pub(crate) type Validate<T> =
    fn(&<T as Task>::Input, &<T as Task>::Output) -> Result<(), Rejection<T>>;

/// An output that did not pass validation.
pub(crate) struct Rejection<T: Task> {
    pub(crate) reason: DecodeError,
    /// The model's text, for the log.
    pub(crate) text: String,
    /// The input for a second attempt, which names the mistake.
    pub(crate) retry_input: T::Input,
}

// Not derived: the derive would add a `T: Default` bound.
impl<T: Task> Default for CallOptions<T> {
    fn default() -> Self {
        Self {
            scope: None,
            key: None,
            validation: None,
        }
    }
}

// Not derived: the derive would add a `T: Clone` bound.
impl<T: Task> Clone for CallOptions<T> {
    fn clone(&self) -> Self {
        Self {
            scope: self.scope.clone(),
            key: self.key.clone(),
            validation: self.validation,
        }
    }
}

impl<T: Task> Clone for Validation<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Task> Copy for Validation<T> {}

impl<'a, T: Task> Call<'a, T> {
    pub(crate) fn new(
        inference: &'a Inference,
        spec: &'static Spec,
        input: Result<T::Input, InferenceError>,
    ) -> Self {
        Self {
            inference,
            spec,
            input,
            parameters: T::Parameters::default(),
            options: None,
            started: Instant::now(),
            span: None,
            items: None,
            ready: None,
            origin: None,
        }
    }

    /// Creates a call that is already answered, so that a delivery treats the answer as any other.
    pub(crate) fn with_answer(
        inference: &'a Inference,
        spec: &'static Spec,
        answer: Result<Answered<T::Output>, InferenceError>,
    ) -> Self {
        Self {
            inference,
            spec,
            input: Err(several_inputs()),
            parameters: T::Parameters::default(),
            options: None,
            started: Instant::now(),
            // The prediction has been recorded by the call with the answer.
            span: Some(Span::none()),
            items: None,
            ready: Some(Box::new(answer)),
            origin: None,
        }
    }

    /// Returns this call with one of its inputs.
    pub(crate) fn with_item(&self, input: Result<T::Input, InferenceError>) -> Self {
        Self {
            inference: self.inference,
            spec: self.spec,
            input,
            parameters: self.parameters.clone(),
            options: self.options.clone(),
            started: self.started,
            span: Some(Span::none()),
            items: None,
            ready: None,
            origin: None,
        }
    }

    /// Turns a call with one input into a call with a list of one.
    pub(crate) fn make_list(&mut self) {
        if self.items.is_none() {
            let input = std::mem::replace(&mut self.input, Err(several_inputs()));
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
            Ok(scope) => self.options.get_or_insert_default().scope = Some(scope),
            Err(error) => self.fail_inputs(&error),
        }
        self
    }

    /// Uses this value in the cache key instead of the input.
    pub fn key<K: Serialize + ?Sized>(mut self, key: &K) -> Self {
        match key_part("key", key) {
            Ok(key) => self.options.get_or_insert_default().key = Some(key),
            Err(error) => self.fail_inputs(&error),
        }
        self
    }

    /// Sets this error for every input that has not failed before.
    fn fail_inputs(&mut self, error: &InferenceError) {
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
}

pub(crate) fn several_inputs() -> InferenceError {
    InferenceError::new(
        ErrorKind::Internal,
        "a call with several inputs was received as one; help: receive it as `Each<…>`",
    )
}

fn key_part<S: Serialize + ?Sized>(name: &str, value: &S) -> Result<String, InferenceError> {
    serde_json::to_string(value).map_err(|error| {
        InferenceError::new(
            ErrorKind::Internal,
            format!("the value of `cache({name} = …)` cannot be part of a key; help: use a string or a number"),
        )
        .with_source(error)
    })
}

#[cfg(test)]
mod tests {
    use super::Operation;
    use crate::{Inference, operation::Spec, task::TextClassification};

    static MOOD: Operation<TextClassification> = Operation::new(Spec::new("mood", &[]));

    #[test]
    fn debug_output_does_not_contain_the_input() {
        let inference = Inference::builder().build().expect("a runtime");
        let call = MOOD.call(&inference, "a private letter");
        let output = format!("{call:?}");
        assert!(output.contains("mood"), "{output}");
        assert!(!output.contains("letter"), "{output}");
    }
}

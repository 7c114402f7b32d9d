//! What one annotation says: which model, with which policy.

mod bounds;
mod model;
mod policy;
mod registry;
mod spec;

use std::marker::PhantomData;

pub use bounds::{Bound, Bounds};
pub(crate) use model::DEFAULT_BACKEND;
pub use model::{InvalidModel, Model};
pub use policy::{CachePolicy, CircuitBreaker, Policies, RateLimit, Retry, SingleFlight};
pub use registry::Registered;
pub(crate) use registry::registered;
pub use spec::Spec;

use crate::{
    Inference, InferenceError,
    call::Call,
    task::{Accepts, Task},
};

/// One annotated parameter: its task as a type, all else as data. The macro writes it as a `static`.
#[derive(Debug)]
pub struct Operation<T: Task> {
    spec: Spec,
    task: PhantomData<fn() -> T>,
}

impl<T: Task> Operation<T> {
    /// The operation of a specification.
    #[must_use]
    pub const fn new(spec: Spec) -> Self {
        Self {
            spec: spec.of_task(T::NAME, T::ASKED_AS),
            task: PhantomData,
        }
    }

    /// What the annotation says.
    #[must_use]
    pub const fn spec(&self) -> &Spec {
        &self.spec
    }

    /// A call of this operation. The input is copied at once: nothing stays borrowed while the model works.
    pub fn call<'a, I: ?Sized>(&'static self, inference: &'a Inference, input: &I) -> Call<'a, T>
    where
        T: Accepts<I>,
    {
        Call::new(inference, self, T::accept(input))
    }

    /// A call with several inputs, each of which is copied at once.
    pub fn call_each<'a, I>(&'static self, inference: &'a Inference, inputs: I) -> Call<'a, T>
    where
        I: IntoIterator,
        T: Accepts<I::Item>,
    {
        let items = inputs.into_iter().map(|input| T::accept(&input)).collect();
        Call::each(inference, self, items)
    }

    /// A call whose input `preprocess` has made, or refused.
    pub fn call_preprocessed<'a, I>(
        &'static self,
        inference: &'a Inference,
        input: Result<I, crate::__private::Rejected>,
    ) -> Call<'a, T>
    where
        T: Accepts<I>,
    {
        let input = input.map_err(crate::__private::Rejected::into_input_error);
        Call::new(
            inference,
            self,
            input.and_then(|input: I| T::accept(&input)),
        )
    }
}

impl From<InvalidModel> for InferenceError {
    fn from(error: InvalidModel) -> Self {
        Self::new(crate::ErrorKind::NotConfigured, error.to_string())
    }
}

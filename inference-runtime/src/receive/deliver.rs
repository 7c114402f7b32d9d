use crate::{InferenceError, Prediction};

/// How a handler gets what its `postprocess` has made: the value, alone or with what the parameter's type puts
/// around it.
#[diagnostic::on_unimplemented(
    message = "`postprocess` gives `{V}`, which `{Self}` cannot hold",
    label = "expected what `postprocess` gives",
    note = "the parameter's type is what `postprocess` gives, alone or in `Prediction<…>`, `Option<…>` or `Result<…, InferenceError>`"
)]
pub trait Deliver<V>: Sized {
    /// Takes the value or the failure.
    ///
    /// # Errors
    ///
    /// The failure, where the type cannot hold one.
    fn deliver(outcome: Result<Prediction<V>, InferenceError>) -> Result<Self, InferenceError>;
}

impl<V> Deliver<V> for V {
    fn deliver(outcome: Result<Prediction<V>, InferenceError>) -> Result<Self, InferenceError> {
        outcome.map(Prediction::into_inner)
    }
}

impl<V> Deliver<V> for Prediction<V> {
    fn deliver(outcome: Result<Self, InferenceError>) -> Result<Self, InferenceError> {
        outcome
    }
}

impl<V> Deliver<V> for Option<V> {
    fn deliver(outcome: Result<Prediction<V>, InferenceError>) -> Result<Self, InferenceError> {
        Ok(outcome.ok().map(Prediction::into_inner))
    }
}

impl<V> Deliver<V> for Result<V, InferenceError> {
    fn deliver(outcome: Result<Prediction<V>, InferenceError>) -> Result<Self, InferenceError> {
        Ok(outcome.map(Prediction::into_inner))
    }
}

impl<V> Deliver<V> for Option<Prediction<V>> {
    fn deliver(outcome: Result<Prediction<V>, InferenceError>) -> Result<Self, InferenceError> {
        Ok(outcome.ok())
    }
}

impl<V> Deliver<V> for Result<Prediction<V>, InferenceError> {
    fn deliver(outcome: Self) -> Result<Self, InferenceError> {
        Ok(outcome)
    }
}

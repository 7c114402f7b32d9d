use crate::{InferenceError, Prediction, answer::Origin, hook::Fallback};

/// How a handler gets what its `postprocess` has made: the value, or the value and where it came from.
#[diagnostic::on_unimplemented(
    message = "`postprocess` gives `{V}`, which `{Self}` cannot hold",
    label = "expected what `postprocess` gives",
    note = "the parameter's type is what `postprocess` gives, alone or in `Prediction<…>`, `Option<…>` or `Result<…, InferenceError>`"
)]
pub trait Deliver<V>: Sized {
    /// Takes the value.
    fn hand_over(prediction: Prediction<V>) -> Self;

    /// Takes the value of the `fallback`.
    fn answer(fallback: Fallback<V>) -> Self {
        let origin = Origin::fallback(fallback.failed.elapsed());
        Self::hand_over(Prediction::new(fallback.value, origin))
    }
}

impl<V> Deliver<V> for V {
    fn hand_over(prediction: Prediction<V>) -> Self {
        prediction.into_inner()
    }
}

impl<V> Deliver<V> for Prediction<V> {
    fn hand_over(prediction: Self) -> Self {
        prediction
    }
}

/// The same for the types that leave failure to the handler.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold the failure of a prediction",
    label = "the error of a prediction is an `InferenceError`",
    note = "write `Option<…>` or `Result<…, InferenceError>`"
)]
pub trait Hold<V>: Sized {
    /// Takes the value or the failure.
    fn hold(outcome: Result<Prediction<V>, InferenceError>) -> Self;
}

impl<V, D: Deliver<V>> Hold<V> for Option<D> {
    fn hold(outcome: Result<Prediction<V>, InferenceError>) -> Self {
        outcome.ok().map(D::hand_over)
    }
}

impl<V, D: Deliver<V>> Hold<V> for Result<D, InferenceError> {
    fn hold(outcome: Result<Prediction<V>, InferenceError>) -> Self {
        outcome.map(D::hand_over)
    }
}

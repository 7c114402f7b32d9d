use crate::{InferenceError, Prediction, answer::Origin, hook::Fallback};

/// A delivery of the value that `postprocess` returns: the value alone, or with its origin.
#[diagnostic::on_unimplemented(
    message = "`postprocess` returns `{V}`, which `{Self}` cannot hold",
    label = "expected the type that `postprocess` returns",
    note = "use the type that `postprocess` returns, alone or in `Prediction<…>`, `Option<…>` or `Result<…, InferenceError>`"
)]
pub trait Deliver<V>: Sized {
    /// Converts the prediction.
    fn from_prediction(prediction: Prediction<V>) -> Self;

    /// Converts the value of the `fallback`.
    fn answer(fallback: Fallback<V>) -> Self {
        let origin = Origin::fallback(fallback.failed.elapsed());
        Self::from_prediction(Prediction::new(fallback.value, origin))
    }
}

impl<V> Deliver<V> for V {
    fn from_prediction(prediction: Prediction<V>) -> Self {
        prediction.into_inner()
    }
}

impl<V> Deliver<V> for Prediction<V> {
    fn from_prediction(prediction: Self) -> Self {
        prediction
    }
}

/// A delivery of the value that `postprocess` returns, or of the failure: `Option` and `Result`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold the failure of a prediction",
    label = "the error of a prediction is an `InferenceError`",
    note = "use `Option<…>` or `Result<…, InferenceError>`"
)]
pub trait DeliverResult<V>: Sized {
    /// Converts the prediction or the failure.
    fn from_result(result: Result<Prediction<V>, InferenceError>) -> Self;
}

impl<V, D: Deliver<V>> DeliverResult<V> for Option<D> {
    fn from_result(result: Result<Prediction<V>, InferenceError>) -> Self {
        result.ok().map(D::from_prediction)
    }
}

impl<V, D: Deliver<V>> DeliverResult<V> for Result<D, InferenceError> {
    fn from_result(result: Result<Prediction<V>, InferenceError>) -> Self {
        result.map(D::from_prediction)
    }
}

use std::fmt;

use tracing::Span;

use crate::{
    Call, ErrorKind, Inference, InferenceError, Prediction, Task,
    delivery::{Deliver, DeliverResult},
    hook::HookError,
    operation::Spec,
};

/// A prediction before `postprocess`.
pub struct RawPrediction<D> {
    output: D,
    context: PredictionContext,
}

impl<D> fmt::Debug for RawPrediction<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawPrediction")
            .field("context", &self.context)
            .finish_non_exhaustive()
    }
}

/// A prediction without its output.
#[derive(Debug)]
pub struct PredictionContext {
    origin: Prediction<()>,
    inference: Inference,
    spec: &'static Spec,
    /// Closed after `postprocess`.
    span: Span,
}

/// Makes a prediction for `postprocess`.
pub async fn predict<T: Task>(
    mut call: Call<'_, T>,
) -> Result<RawPrediction<T::Output>, InferenceError> {
    let (inference, spec) = (call.inference.clone(), call.spec);
    let span = call.span();
    let (output, origin) = call.predict().await?.split();
    Ok(RawPrediction {
        output,
        context: PredictionContext {
            origin,
            inference,
            spec,
            span,
        },
    })
}

/// Splits a prediction into its output and the rest.
pub fn split<D>(prediction: RawPrediction<D>) -> (D, PredictionContext) {
    (prediction.output, prediction.context)
}

/// The value that `postprocess` returned, or a failure.
///
/// It is converted to the parameter's type by a method rather than a function: its own type is then known, and the
/// compiler reports the parameter's type as wrong.
pub struct Outcome<V>(Result<Prediction<V>, InferenceError>);

// The value may be any type, and may hold what the user sent.
impl<V> fmt::Debug for Outcome<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Outcome")
            .field(&self.0.as_ref().map(|_| ()))
            .finish()
    }
}

impl<V> Outcome<V> {
    /// Creates the outcome of a prediction that succeeded before `postprocess`.
    pub fn new(context: PredictionContext, value: Result<V, HookError>) -> Self {
        let PredictionContext {
            origin,
            inference,
            spec,
            span,
        } = context;
        Self(match value {
            Ok(value) => Ok(origin.map(|()| value)),
            Err(rejection) => {
                let kind = ErrorKind::UnexpectedOutput;
                let error = rejection.into_error(kind, "`postprocess` rejected the output");
                Err(inference.record_rejected(spec, &span, error, origin.elapsed))
            }
        })
    }

    /// Creates the outcome of a prediction that failed.
    pub fn from_error(error: InferenceError) -> Self {
        Self(Err(error))
    }

    /// Converts the value to the parameter's type.
    ///
    /// # Errors
    ///
    /// Returns the failure of the prediction or of `postprocess`.
    pub fn deliver<D: Deliver<V>>(self) -> Result<D, InferenceError> {
        self.0.map(D::from_prediction)
    }

    /// Converts the value or the failure to the parameter's type.
    pub fn hold<D: DeliverResult<V>>(self) -> D {
        D::from_result(self.0)
    }
}

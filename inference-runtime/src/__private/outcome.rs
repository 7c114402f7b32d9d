use tracing::Span;

use crate::{
    Call, ErrorKind, Inference, InferenceError, Prediction, Task,
    delivery::{Deliver, Hold},
    hook::Rejected,
    operation::Spec,
};

/// A prediction on its way to `postprocess`.
pub struct Predicted<D> {
    output: D,
    aftermath: Aftermath,
}

/// What stays of a prediction without its output.
pub struct Aftermath {
    origin: Prediction<()>,
    inference: Inference,
    spec: &'static Spec,
    /// It ends when `postprocess` has.
    span: Span,
}

/// Makes a prediction whose output goes to `postprocess`.
pub async fn predict<T: Task>(
    mut call: Call<'_, T>,
) -> Result<Predicted<T::Output>, InferenceError> {
    let (inference, spec) = (call.inference.clone(), call.spec);
    let span = call.span();
    let (output, origin) = call.predict().await?.split();
    Ok(Predicted {
        output,
        aftermath: Aftermath {
            origin,
            inference,
            spec,
            span,
        },
    })
}

/// Takes the output out of a prediction.
pub fn split<D>(predicted: Predicted<D>) -> (D, Aftermath) {
    (predicted.output, predicted.aftermath)
}

/// What `postprocess` has made, or why there is nothing.
///
/// A method gives it its form, not a function: what it holds is known by then, and the parameter's type is held
/// against it.
pub struct Outcome<V>(Result<Prediction<V>, InferenceError>);

impl<V> Outcome<V> {
    /// Of a prediction that was made.
    pub fn made(aftermath: Aftermath, value: Result<V, Rejected>) -> Self {
        let Aftermath {
            origin,
            inference,
            spec,
            span,
        } = aftermath;
        Self(match value {
            Ok(value) => Ok(origin.map(|()| value)),
            Err(rejected) => {
                let kind = ErrorKind::UnexpectedOutput;
                let error = rejected.into_error(kind, "`postprocess` refused the output");
                Err(inference.refuse(spec, &span, error, origin.elapsed))
            }
        })
    }

    /// Of one that was not.
    pub fn failed(error: InferenceError) -> Self {
        Self(Err(error))
    }

    /// The value in the parameter's type.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub fn deliver<D: Deliver<V>>(self) -> Result<D, InferenceError> {
        self.0.map(D::hand_over)
    }

    /// The value or the failure in the parameter's type.
    pub fn hold<D: Hold<V>>(self) -> D {
        D::hold(self.0)
    }
}

use super::Rejected;
use crate::{
    ErrorKind, InferenceError, Prediction,
    receive::{Deliver, Hold},
};

/// What `postprocess` has made, or why there is nothing.
///
/// A method gives it its form, not a function: what it holds is known by then, and the parameter's type is held
/// against it.
pub struct Outcome<V>(Result<Prediction<V>, InferenceError>);

impl<V> Outcome<V> {
    /// Of a prediction that was made.
    pub fn made(origin: Prediction<()>, value: Result<V, Rejected>) -> Self {
        Self(match value {
            Ok(value) => Ok(origin.map(|()| value)),
            Err(rejected) => Err(rejected.into_error(
                ErrorKind::UnexpectedOutput,
                "`postprocess` refused the output",
            )),
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

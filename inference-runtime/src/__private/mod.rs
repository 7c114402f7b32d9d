//! What the code that `#[infer]` writes may touch. Not public: it changes with the macro, which is always of the
//! same version.

mod failed;
mod macros;
mod resolve;

pub use core::{concat, convert::From, module_path};
pub use std::result::Result::{Err, Ok};

pub use failed::{Failed, failed, fallback, fallen};
pub use futures_util::future::join;
pub use inventory;
pub use resolve::{Probe, Rejected, ViaFallibleFuture, ViaFuture, ViaResult, ViaValue};

pub use crate::{
    __infer_operation as operation, __infer_postprocess as postprocess, __infer_resolve as resolve,
    operation::{Model, Operation, Registered, Spec},
    receive::{Deliver, Hold, Receives},
};
use crate::{ErrorKind, InferenceError, Prediction, Task, task::IntoParameter};

/// Calls a closure whose parameter has no type: it is found here.
pub fn apply<'a, I: ?Sized, R>(function: impl FnOnce(&'a I) -> R, input: &'a I) -> R {
    function(input)
}

/// Calls a closure that takes its argument by value and whose parameter has no type.
pub fn apply_owned<I, R>(function: impl FnOnce(I) -> R, input: I) -> R {
    function(input)
}

/// The value of a parameter that may be left out.
pub fn parameter<T, P: IntoParameter<T>>(value: P) -> Option<T> {
    value.into_parameter()
}

/// The value of a parameter that a task needs. One that is not there leaves the default, which the task refuses.
pub fn required<T: Default, P: IntoParameter<T>>(value: P) -> T {
    value.into_parameter().unwrap_or_default()
}

/// Makes a prediction whose output goes to `postprocess`.
pub async fn predict<T: Task>(
    call: crate::Call<'_, T>,
) -> Result<Prediction<T::Output>, InferenceError> {
    call.predict().await
}

/// Puts what `postprocess` made of an output in the output's place.
pub fn postprocessed<V>(
    origin: Prediction<()>,
    value: Result<V, Rejected>,
) -> Result<Prediction<V>, InferenceError> {
    match value {
        Ok(value) => Ok(origin.map(|()| value)),
        Err(rejected) => Err(rejected.into_error(
            ErrorKind::UnexpectedOutput,
            "`postprocess` refused the output",
        )),
    }
}

/// Takes the output out of a prediction.
pub fn split<D>(prediction: Prediction<D>) -> (D, Prediction<()>) {
    prediction.split()
}

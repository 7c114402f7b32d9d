//! What the code that `#[infer]` writes may touch. Not public: it changes with the macro, which is always of the
//! same version.

mod failed;
mod macros;
mod outcome;
mod prompt;
mod resolve;

// Under a name that no other crate has, so that a wrong `crate` path gets no advice to import this one.
pub use core::convert::{From as FromError, Into as IntoValue};
pub use core::{concat, file, format_args, line, module_path};
pub use std::result::Result::{Err, Ok};

pub use futures_util::future::join;
pub use inventory;
pub use outcome::{Aftermath, Outcome, Predicted, predict, split};
pub use prompt::prompt;
pub use resolve::{Probe, ViaFallibleFuture, ViaFuture, ViaResult, ViaValue};

use crate::task::IntoParameter;
pub use crate::{
    __infer_operation as operation, __infer_postprocess as postprocess, __infer_resolve as resolve,
    call::Delivery,
    call::Operation,
    delivery::{Deliver, Receives},
    hook::{Failed, Fallback, Rejected},
    ladder::stored::{RunStored, runner},
    operation::{Bound, Location, Model, Registered, Spec},
};

/// Calls a closure whose parameter has no type: it is found here.
pub fn apply<'a, I: ?Sized, R>(function: impl FnOnce(&'a I) -> R, input: &'a I) -> R {
    function(input)
}

/// Calls a closure that takes its argument by value and whose parameter has no type.
pub fn apply_owned<I, R>(function: impl FnOnce(I) -> R, input: I) -> R {
    function(input)
}

/// Sets a parameter that may be left out.
pub fn set<T, P: IntoParameter<T>>(parameter: &mut Option<T>, value: P) {
    *parameter = value.into_parameter();
}

/// Sets a parameter that a task needs. A value that is not there leaves the default, which the task refuses.
pub fn set_required<T: Default, P: IntoParameter<T>>(parameter: &mut T, value: P) {
    *parameter = value.into_parameter().unwrap_or_default();
}

//! How a handler gets its answer: by the type of its parameter.

mod deliver;
mod each;
mod fallible;
mod prediction;
mod structured;
mod value;

pub use deliver::{Deliver, Hold};
pub use each::Each;
pub use fallible::Receives;
pub use structured::Structured;

use crate::{Call, InferenceError, Task};

/// A type that a `#[prediction]` parameter of task `T` may have: it decides how the call is made and what the
/// handler gets.
///
/// The task's output and its shorter forms are the value itself; [`Prediction`](crate::Prediction) adds where it
/// came from; `Option` and `Result` leave failure to the handler.
///
/// A type of one's own joins by implementing it, or by `postprocess = From::from`:
///
/// ```
/// use inference_runtime::{Call, InferenceError, Receive, prelude::*, task::TextClassification};
///
/// struct Mood(f64);
///
/// impl Receive<TextClassification> for Mood {
///     type Value = Self;
///
///     async fn receive(call: Call<'_, TextClassification>) -> Result<Self, InferenceError> {
///         let labels = call.predict().await?.into_inner();
///         Ok(Self(labels.iter().find(|label| label.label == "POSITIVE").map_or(0.0, |label| label.score)))
///     }
///
///     fn from_fallback(value: Self) -> Self {
///         value
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot receive the answer of `{T}`",
    label = "not a form in which `{T}` answers",
    note = "a prediction is received as the task's output or a shorter form of it, alone or in `Prediction<…>`, `Option<…>` or `Result<…, InferenceError>`",
    note = "another type is made of the output by `postprocess`, or implements `Receive`"
)]
pub trait Receive<T: Task>: Sized {
    /// What a `fallback` gives: the plain value, whatever stands around it.
    type Value;

    /// Makes the call.
    ///
    /// # Errors
    ///
    /// Why there is no answer. The handler's `fallback` is asked then, or the handler returns the error.
    fn receive(call: Call<'_, T>) -> impl Future<Output = Result<Self, InferenceError>> + Send;

    /// Takes the value of the `fallback`.
    fn from_fallback(value: Self::Value) -> Self;

    /// The same, with the failure that led to it.
    #[doc(hidden)]
    fn from_fallback_after(value: Self::Value, _failed: &crate::__private::Failed<'_>) -> Self {
        Self::from_fallback(value)
    }
}

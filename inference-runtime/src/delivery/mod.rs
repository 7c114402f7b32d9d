//! How a handler gets its answer: by the type of its parameter.

mod each;
mod fallible;
mod postprocessed;
mod stream;
mod structured;
mod value;
mod wrapped;

pub use each::Each;
pub use fallible::Receives;
pub use postprocessed::Deliver;
pub(crate) use postprocessed::Hold;
pub use stream::TextStream;
pub use structured::Structured;

use futures_util::future::Either;

use crate::{Call, InferenceError, Task, call::Delivery};

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

    /// The same as a future whose type says nothing of this trait: of a type that does not fit, the compiler finds
    /// fault with the call alone, and not with the wait for it as well.
    #[doc(hidden)]
    fn begin<'a>(call: Call<'a, T>) -> Delivery<'a, Result<Self, InferenceError>>
    where
        Self: 'a,
    {
        Either::Right(Box::pin(Self::receive(call)))
    }

    /// Adds to a call what this type needs of it, for those that make it in its place.
    #[doc(hidden)]
    fn prepare(_call: &mut Call<'_, T>) {}

    /// Takes the value of the `fallback`.
    fn from_fallback(value: Self::Value) -> Self;

    /// The same, with the failure that led to it.
    #[doc(hidden)]
    fn answer(fallback: crate::hook::Fallback<Self::Value>) -> Self {
        Self::from_fallback(fallback.value)
    }
}

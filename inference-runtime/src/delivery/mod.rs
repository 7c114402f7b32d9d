//! Deliveries: the types of `#[prediction]` parameters, which determine how a handler gets its answer.

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
pub(crate) use postprocessed::DeliverResult;
pub use stream::TextStream;
pub use structured::Structured;

use futures_util::future::Either;

use crate::{Call, InferenceError, Task, call::Delivery};

/// A type that a `#[prediction]` parameter of task `T` may have. It determines how the call is made and what the handler
/// gets.
///
/// The task's output and its short forms are the plain value; [`Prediction`](crate::Prediction) adds its origin; `Option`
/// and `Result` pass the failure to the handler.
///
/// Use your own type by implementing this trait, or with `postprocess = From::from`:
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
    label = "not an output of `{T}`",
    note = "use the task's output or a short form of it, alone or in `Prediction<…>`, `Option<…>` or `Result<…, InferenceError>`",
    note = "for another type, convert the output with `postprocess`, or implement `Receive`"
)]
pub trait Receive<T: Task>: Sized {
    /// The type of a `fallback`: the plain value, without wrappers.
    type Value;

    /// Makes the call.
    ///
    /// # Errors
    ///
    /// Returns the failure of the prediction. The handler then uses its `fallback`, or returns the error.
    fn receive(call: Call<'_, T>) -> impl Future<Output = Result<Self, InferenceError>> + Send;

    /// Like [`receive`](Self::receive), with a future whose type does not depend on this trait: for a wrong type, the
    /// compiler then reports the call alone, and not the `.await` as well.
    #[doc(hidden)]
    fn begin<'a>(call: Call<'a, T>) -> Delivery<'a, Result<Self, InferenceError>>
    where
        Self: 'a,
    {
        Either::Right(Box::pin(Self::receive(call)))
    }

    /// Prepares a call for this type. For wrappers that make the call themselves.
    #[doc(hidden)]
    fn prepare(_call: &mut Call<'_, T>) {}

    /// Converts the value of the `fallback`.
    fn from_fallback(value: Self::Value) -> Self;

    /// Like [`from_fallback`](Self::from_fallback), with the failure that the fallback replaces.
    #[doc(hidden)]
    fn answer(fallback: crate::hook::Fallback<Self::Value>) -> Self {
        Self::from_fallback(fallback.value)
    }
}

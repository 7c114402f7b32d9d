//! The tasks: for each of Hugging Face's pipeline tags a marker type with its input, parameters and output, and
//! the codec between those and the wire.
//!
//! A task is pure data. It knows no HTTP and no service: the wire form here is that of Hugging Face's
//! `{"inputs": …, "parameters": …}`, and a [backend](crate::Backend) that speaks another protocol translates.

mod accepts;
mod answer;
mod classification;
mod parameter;
mod wire;

pub use accepts::Accepts;
pub use answer::{Answer, Unusable};
pub use classification::{
    FunctionToApply, Label, TextClassification, TextClassificationParameters,
};
pub use parameter::IntoParameter;
pub use wire::Payload;

use crate::InferenceError;

/// One of Hugging Face's pipeline tags: what goes in, what comes out, and how both look on the wire.
///
/// The types in this module are the tasks that `#[infer(task = "…")]` knows.
pub trait Task: Sized + Send + Sync + 'static {
    /// The pipeline tag (`text-classification`).
    const NAME: &'static str;
    /// What the model is asked about.
    type Input: Send + Sync + 'static;
    /// The task's own parameters: `parameters(top_k = 3)` in the attribute. They serialize to a JSON object in
    /// which what was not given is absent.
    type Parameters: Default + serde::Serialize + Send + Sync + 'static;
    /// What the model answers. It serializes for the cache and deserializes from there.
    type Output: Clone + serde::Serialize + serde::de::DeserializeOwned + Send + Sync + 'static;

    /// The input as it is sent.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) where no model could answer this input.
    fn encode(input: &Self::Input) -> Result<Payload, InferenceError>;

    /// The output in an answer, in any of the shapes that services send. The input and the parameters are there
    /// to hold the answer against.
    ///
    /// # Errors
    ///
    /// [`Unusable`] says whether the answer could not be read or was not what this task gives.
    fn decode(
        answer: &Answer<'_>,
        input: &Self::Input,
        parameters: &Self::Parameters,
    ) -> Result<Self::Output, Unusable>;

    /// The input's size in bytes, for `max_input`: of its texts or media, not of their encoding.
    fn size(input: &Self::Input) -> usize;
}

//! The tasks: for each of Hugging Face's pipeline tags a marker type with its input, parameters and output, and
//! the codec between those and the wire.
//!
//! A task is pure data. It knows no HTTP and no service: the wire form here is that of Hugging Face's
//! `{"inputs": …, "parameters": …}`, and a [backend](crate::Backend) that speaks another protocol translates.

mod accepts;
mod answer;
mod choice;
mod classification;
mod custom;
mod generation;
mod media;
mod parameter;
mod question;
mod read;
mod sentence;
mod span;
mod table;
#[cfg(test)]
mod testing;
mod token;
mod wire;

pub use accepts::Accepts;
pub use answer::{RawAnswer, Unusable};
pub use choice::{AggregationStrategy, FunctionToApply, Padding, Truncation, TruncationDirection};
pub use classification::{
    Label, TextClassification, TextClassificationParameters, ZeroShotClassification,
    ZeroShotClassificationParameters,
};
pub use custom::{Custom, CustomParameters};
pub use generation::{
    FillMask, FillMaskParameters, Generation, MaskFill, Summarization, SummarizationParameters,
    TextGeneration, TextGenerationParameters, Translation, TranslationParameters,
};
pub use media::{InvalidMedia, Media};
pub use parameter::IntoParameter;
pub use question::{
    Answer, Question, QuestionAnswering, QuestionAnsweringParameters, TableAnswer, TableQuestion,
    TableQuestionAnswering, TableQuestionAnsweringParameters,
};
pub use sentence::{
    Embedding, FeatureExtraction, FeatureExtractionParameters, Ranked, Ranking, SentenceSimilarity,
    SentenceSimilarityParameters, Sentences, TextRanking, TextRankingParameters,
};
pub use table::Table;
pub use token::{Entity, TokenClassification, TokenClassificationParameters};
pub use wire::Payload;

use crate::InferenceError;

/// One of Hugging Face's pipeline tags: what goes in, what comes out, and how both look on the wire.
///
/// The types in this module are the tasks that `#[infer(task = "…")]` knows.
pub trait Task: Sized + Send + Sync + 'static {
    /// The pipeline tag (`text-classification`).
    const NAME: &'static str;
    /// Whether Hugging Face's pipelines take the parameters beside `inputs`, at the root of the body, and not
    /// under `parameters`.
    const PARAMETERS_AT_ROOT: bool = false;
    /// What the model is asked about.
    type Input: Send + Sync + 'static;
    /// The task's own parameters: `parameters(top_k = 3)` in the attribute. They serialize to a JSON object in
    /// which what was not given is absent.
    type Parameters: Default + serde::Serialize + Send + Sync + 'static;
    /// What the model answers. It serializes for the cache and deserializes from there.
    type Output: Clone + serde::Serialize + serde::de::DeserializeOwned + Send + Sync + 'static;

    /// Refuses parameters, or parameters with this input, that no model could work with. What can be seen in the
    /// source has been refused by the compiler; this is for values that come with the request.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) that says which parameter is wrong.
    fn check(_input: &Self::Input, _parameters: &Self::Parameters) -> Result<(), InferenceError> {
        Ok(())
    }

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
        answer: &RawAnswer<'_>,
        input: &Self::Input,
        parameters: &Self::Parameters,
    ) -> Result<Self::Output, Unusable>;

    /// The input's size in bytes, for `max_input`: of its texts or media, not of their encoding.
    fn size(input: &Self::Input) -> usize;
}

//! The tasks: for each of Hugging Face's pipeline tags a marker type with its input, parameters and output, and
//! the codec between those and the wire.
//!
//! A task is pure data. It knows no HTTP and no service: the wire form here is that of Hugging Face's
//! `{"inputs": …, "parameters": …}`, and a [backend](crate::Backend) that speaks another protocol translates.

mod accepts;
mod answer;
mod audio;
mod chat;
mod choice;
mod classification;
mod custom;
#[cfg(feature = "_fuzz")]
pub(crate) mod fuzz;
mod generation;
mod generative;
mod image;
mod media;
mod parameter;
mod question;
mod quick;
mod read;
mod sentence;
mod span;
mod table;
mod tabular;
#[cfg(test)]
mod testing;
mod token;
mod video;
mod wire;

pub use accepts::Accepts;
pub use answer::{DecodeError, RawResponse};
pub use audio::{
    AudioClassification, AudioClassificationParameters, AudioToAudio, AudioToAudioParameters,
    AudioTrack, AutomaticSpeechRecognition, AutomaticSpeechRecognitionParameters, Transcript,
    TranscriptChunk,
};
#[cfg(feature = "_http")]
pub(crate) use chat::openai;
pub use chat::{
    Chat, ChatCompletion, ChatCompletionParameters, ChatReply, Content, Function, FunctionCall,
    ImageText, ImageTextToText, ImageUrl, Message, Part, Role, Tool, ToolCall, ToolChoice,
};
pub use choice::{
    AggregationStrategy, FunctionToApply, Padding, SegmentationSubtask, Truncation,
    TruncationDirection,
};
pub use classification::{
    Label, TextClassification, TextClassificationParameters, ZeroShotClassification,
    ZeroShotClassificationParameters,
};
pub use custom::{Custom, CustomParameters};
pub use generation::{
    FillMask, FillMaskParameters, Generation, MaskFill, Summarization, SummarizationParameters,
    TextGeneration, TextGenerationParameters, Translation, TranslationParameters,
};
pub use generative::{
    ImageToImage, ImageToImageParameters, ImageToVideo, ImageToVideoParameters, TargetSize,
    TextToImage, TextToImageParameters, TextToSpeech, TextToSpeechParameters, TextToVideo,
    TextToVideoParameters,
};
pub use image::{
    BoundingBox, Depth, DepthEstimation, DepthEstimationParameters, Detection, ImageClassification,
    ImageClassificationParameters, ImageSegmentation, ImageSegmentationParameters, ImageToText,
    ImageToTextParameters, ObjectDetection, ObjectDetectionParameters, Segment,
    ZeroShotImageClassification, ZeroShotImageClassificationParameters, ZeroShotObjectDetection,
    ZeroShotObjectDetectionParameters,
};
pub(crate) use media::not_fetched as media_not_fetched;
pub use media::{AsMedia, InvalidMedia, Media, MediaInput};
pub use parameter::IntoParameter;
pub use question::{
    Answer, DocumentQuestionAnswering, DocumentQuestionAnsweringParameters, MediaQuestion,
    Question, QuestionAnswering, QuestionAnsweringParameters, TableAnswer, TableQuestion,
    TableQuestionAnswering, TableQuestionAnsweringParameters, VisualQuestionAnswering,
    VisualQuestionAnsweringParameters,
};
pub use sentence::{
    Embedding, FeatureExtraction, FeatureExtractionParameters, Ranked, Ranking, SentenceSimilarity,
    SentenceSimilarityParameters, Sentences, TextRanking, TextRankingParameters,
};
pub use table::Table;
pub use tabular::{
    TabularClassification, TabularClassificationParameters, TabularRegression,
    TabularRegressionParameters,
};
pub use token::{Entity, TokenClassification, TokenClassificationParameters};
pub use video::{VideoClassification, VideoClassificationParameters};
pub use wire::Payload;
pub(crate) use wire::parameters;

use serde::{Serialize, de::DeserializeOwned};

use crate::InferenceError;

/// One of Hugging Face's pipeline tags: what goes in, what comes out, and how both look on the wire.
///
/// The types in this module are the tasks that `#[infer(task = "…")]` knows.
pub trait Task: Sized + Send + Sync + 'static {
    /// The pipeline tag (`text-classification`).
    const NAME: &'static str;
    /// The tag that services are asked by: another one's, where this task is a special case of that.
    const ASKED_AS: &'static str = Self::NAME;
    /// Whether Hugging Face's pipelines take the parameters beside `inputs`, at the root of the body, and not
    /// under `parameters`.
    const PARAMETERS_AT_ROOT: bool = false;
    /// What the model is asked about. It serializes for [stored calls](crate::operation::StoredCall) and deserializes
    /// from there; the form that is sent is made by [`encode`](Self::encode).
    type Input: Serialize + DeserializeOwned + Send + Sync + 'static;
    /// The task's own parameters: `parameters(top_k = 3)` in the attribute. They serialize to a JSON object in
    /// which what was not given is absent.
    type Parameters: Clone + Default + Serialize + DeserializeOwned + Send + Sync + 'static;
    /// What the model answers. It serializes for the cache and deserializes from there.
    type Output: Clone + Serialize + DeserializeOwned + Send + Sync + 'static;

    /// Refuses parameters, or parameters with this input, that no model could work with. What can be seen in the
    /// source has been refused by the compiler; this is for values that come with the request.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) that says which parameter is wrong.
    fn check(_input: &Self::Input, _parameters: &Self::Parameters) -> Result<(), InferenceError> {
        Ok(())
    }

    /// The input's own bytes, where they name it as surely as what [`encode`](Self::encode) makes of it: the cache's key
    /// is made of them then, and the input is encoded only where a model is asked.
    fn bytes(_input: &Self::Input) -> Option<&[u8]> {
        None
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
    /// [`DecodeError`] says whether the answer could not be read or was not what this task gives.
    fn decode(
        answer: &RawResponse<'_>,
        input: &Self::Input,
        parameters: &Self::Parameters,
    ) -> Result<Self::Output, DecodeError>;

    /// The place in an input where media may be given as an address. They are fetched, or refused, before the input
    /// is sent.
    fn media(_input: &mut Self::Input) -> Option<&mut MediaInput> {
        None
    }

    /// Why the model stopped there, in the service's own word, where the output says so.
    fn finish_reason(_output: &Self::Output) -> Option<&str> {
        None
    }

    /// The input's size in bytes, for `max_input`: of its texts or media, not of their encoding.
    fn size(input: &Self::Input) -> usize;
}

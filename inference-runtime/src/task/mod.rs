//! The tasks: a marker type for each of Hugging Face's pipeline tags, with its input, parameters, output and codec.
//!
//! A task is pure data and independent of HTTP and services. Its wire format is Hugging Face's
//! `{"inputs": …, "parameters": …}`, which a [backend](crate::Backend) of another protocol converts.

mod accepts;

mod audio;
mod chat;
mod classification;
mod custom;
mod enum_parameters;
mod fast_path;
#[cfg(feature = "_fuzz")]
pub(crate) mod fuzz;
mod generation;
mod generative;
mod image;
mod media;
mod parameter;
mod question;

mod read;
mod response;
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
pub use classification::{
    Label, TextClassification, TextClassificationParameters, ZeroShotClassification,
    ZeroShotClassificationParameters,
};
pub use custom::{Custom, CustomParameters};
pub use enum_parameters::{
    AggregationStrategy, FunctionToApply, Padding, SegmentationSubtask, Truncation,
    TruncationDirection,
};
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
pub(crate) use media::url_not_allowed;
pub use media::{AsMedia, InvalidMedia, Media, MediaInput};
pub use parameter::IntoParameter;
pub use question::{
    Answer, DocumentQuestionAnswering, DocumentQuestionAnsweringParameters, MediaQuestion,
    Question, QuestionAnswering, QuestionAnsweringParameters, TableAnswer, TableQuestion,
    TableQuestionAnswering, TableQuestionAnsweringParameters, VisualQuestionAnswering,
    VisualQuestionAnsweringParameters,
};
pub use response::{DecodeError, RawResponse};
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

/// A task: its input, parameters and output, and how they are encoded.
///
/// The types in this module are the tasks of `#[infer(task = "…")]`.
pub trait Task: Sized + Send + Sync + 'static {
    /// The pipeline tag (`text-classification`).
    const NAME: &'static str;
    /// The tag of this task in requests to services. Differs from `NAME` if the task is a special case of another.
    const WIRE_NAME: &'static str = Self::NAME;
    /// Whether Hugging Face's pipelines take the parameters at the root of the body, beside `inputs`, rather than under
    /// `parameters`.
    const PARAMETERS_AT_ROOT: bool = false;
    /// The input of the model. [Stored calls](crate::operation::StoredCall) serialize and deserialize it;
    /// [`encode`](Self::encode) makes the form that is sent.
    type Input: Serialize + DeserializeOwned + Send + Sync + 'static;
    /// The task's parameters: `parameters(top_k = 3)` in the attribute. They serialize to a JSON object without the
    /// parameters that are not given.
    type Parameters: Clone + Default + Serialize + DeserializeOwned + Send + Sync + 'static;
    /// The output of the model. The cache serializes and deserializes it.
    type Output: Clone + Serialize + DeserializeOwned + Send + Sync + 'static;

    /// Checks the parameters, and their combination with the input. Literals in the attribute are checked at compile time;
    /// this is for values from the request.
    ///
    /// # Errors
    ///
    /// Returns an [`InvalidInput`](crate::ErrorKind::InvalidInput) error that names the invalid parameter.
    fn check(_input: &Self::Input, _parameters: &Self::Parameters) -> Result<(), InferenceError> {
        Ok(())
    }

    /// Returns the bytes of the input for cache keys, if they identify it as uniquely as its [encoding](Self::encode). The
    /// input is then encoded only if a model is called.
    fn key_bytes(_input: &Self::Input) -> Option<&[u8]> {
        None
    }

    /// Encodes the input for a request.
    ///
    /// # Errors
    ///
    /// Returns an [`InvalidInput`](crate::ErrorKind::InvalidInput) error if the input is invalid for any model.
    fn encode(input: &Self::Input) -> Result<Payload, InferenceError>;

    /// Decodes the output from a response, in any of the forms that services send. The input and the parameters serve to
    /// validate it.
    ///
    /// # Errors
    ///
    /// Returns [`DecodeError`] if the response cannot be parsed or is not an output of this task.
    fn decode(
        answer: &RawResponse<'_>,
        input: &Self::Input,
        parameters: &Self::Parameters,
    ) -> Result<Self::Output, DecodeError>;

    /// Returns the part of the input that may be the URL of media. They are fetched, or the URL is rejected, before the
    /// input is sent.
    fn media(_input: &mut Self::Input) -> Option<&mut MediaInput> {
        None
    }

    /// Returns why the model stopped, as the service names it, if the output contains it.
    fn finish_reason(_output: &Self::Output) -> Option<&str> {
        None
    }

    /// Returns the input's size in bytes, for `max_input`: that of its texts or media, not of their encoding.
    fn size(input: &Self::Input) -> usize;
}

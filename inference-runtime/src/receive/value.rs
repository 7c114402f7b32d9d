//! The outputs of the tasks, and their shorter forms.

use bytes::Bytes;

use super::Receive;
use crate::{
    Call, ErrorKind, InferenceError,
    task::{
        self, Answer, AudioTrack, ChatReply, Depth, Detection, Embedding, Entity, Generation,
        Label, MaskFill, Media, Message, Ranked, Segment, TableAnswer, Task, Transcript,
    },
};

/// The forms of a task: which types, and how each is made of the output. An implementation for each, and none
/// for all: the compiler shows them in its help.
macro_rules! receive {
    ($task:ident: $($type:ty => $from_output:expr),+ $(,)?) => {$(
        impl Receive<task::$task> for $type {
            type Value = Self;

            async fn receive(call: Call<'_, task::$task>) -> Result<Self, InferenceError> {
                let from_output: fn(<task::$task as Task>::Output) -> Option<Self> = $from_output;
                call.predict_into(|output| from_output(output).ok_or_else(nothing_in_it)).await
            }

            fn from_fallback(value: Self) -> Self {
                value
            }
        }
    )+};
}

fn nothing_in_it() -> InferenceError {
    InferenceError::new(ErrorKind::UnexpectedOutput, "the model's answer is empty")
}

receive!(TextClassification: Vec<Label> => Some, Label => Label::best);
receive!(ZeroShotClassification: Vec<Label> => Some, Label => Label::best);
receive!(TokenClassification: Vec<Entity> => Some);
receive!(QuestionAnswering: Vec<Answer> => Some, Answer => Answer::best);
receive!(TableQuestionAnswering: Vec<TableAnswer> => Some, TableAnswer => TableAnswer::best);
receive!(Summarization: String => Some);
receive!(Translation: String => Some);
receive!(
    TextGeneration:
    Generation => Some,
    String => |generation| Some(generation.generated_text),
);
receive!(
    ChatCompletion:
    ChatReply => Some,
    Message => |reply| Some(reply.message),
    String => ChatReply::into_text,
);
receive!(
    ImageTextToText:
    ChatReply => Some,
    Message => |reply| Some(reply.message),
    String => ChatReply::into_text,
);
receive!(FillMask: Vec<MaskFill> => Some, MaskFill => MaskFill::best);
receive!(
    FeatureExtraction:
    Embedding => Some,
    Vec<f32> => |embedding| Some(embedding.vector),
);
receive!(SentenceSimilarity: Vec<f32> => Some);
receive!(TextRanking: Vec<Ranked> => Some);
receive!(ImageClassification: Vec<Label> => Some, Label => Label::best);
receive!(ZeroShotImageClassification: Vec<Label> => Some, Label => Label::best);
receive!(AudioClassification: Vec<Label> => Some, Label => Label::best);
receive!(VideoClassification: Vec<Label> => Some, Label => Label::best);
receive!(ObjectDetection: Vec<Detection> => Some);
receive!(ZeroShotObjectDetection: Vec<Detection> => Some);
receive!(ImageSegmentation: Vec<Segment> => Some);
receive!(DepthEstimation: Depth => Some, Media => |depth| Some(depth.depth));
receive!(ImageToText: String => Some);
receive!(DocumentQuestionAnswering: Vec<Answer> => Some, Answer => Answer::best);
receive!(VisualQuestionAnswering: Vec<Answer> => Some, Answer => Answer::best);
receive!(
    AutomaticSpeechRecognition:
    Transcript => Some,
    String => |transcript| Some(transcript.text),
);
receive!(AudioToAudio: Vec<AudioTrack> => Some, Media => AudioTrack::first);
receive!(TextToImage: Media => Some, Bytes => bytes_of);
receive!(ImageToImage: Media => Some, Bytes => bytes_of);
receive!(TextToSpeech: Media => Some, Bytes => bytes_of);
receive!(TextToVideo: Media => Some, Bytes => bytes_of);
receive!(ImageToVideo: Media => Some, Bytes => bytes_of);
receive!(TabularClassification: Vec<String> => Some);
receive!(TabularRegression: Vec<f64> => Some);
receive!(Custom: serde_json::Value => Some);

fn bytes_of(media: Media) -> Option<Bytes> {
    Some(media.bytes)
}

//! The outputs of the tasks, and their shorter forms.

use std::borrow::Cow;

use bytes::Bytes;

use super::Receive;
use crate::{
    Call, InferenceError,
    call::Delivery,
    task::{
        self, Answer, AudioTrack, ChatReply, Depth, Detection, Embedding, Entity, Generation,
        Label, MaskFill, Media, Message, Ranked, Segment, TableAnswer, Transcript,
    },
};

/// The forms of a task: which types, and how each is made of the output. An implementation for each, and none
/// for all: the compiler shows them in its help.
macro_rules! receive {
    ($task:ident: $($type:ty => $from_output:expr),+ $(,)?) => {$(
        impl Receive<task::$task> for $type {
            type Value = Self;

            async fn receive(call: Call<'_, task::$task>) -> Result<Self, InferenceError> {
                Self::begin(call).await
            }

            fn begin<'a>(call: Call<'a, task::$task>) -> Delivery<'a, Result<Self, InferenceError>>
            where
                Self: 'a,
            {
                call.deliver($from_output)
            }

            fn from_fallback(value: Self) -> Self {
                value
            }
        }
    )+};
}

/// The whole output.
fn whole<O: Clone>(output: Cow<'_, O>) -> Option<O> {
    Some(output.into_owned())
}

receive!(TextClassification: Vec<Label> => whole, Label => |all| Label::best(&all));
receive!(ZeroShotClassification: Vec<Label> => whole, Label => |all| Label::best(&all));
receive!(TokenClassification: Vec<Entity> => whole);
receive!(QuestionAnswering: Vec<Answer> => whole, Answer => |all| Answer::best(&all));
receive!(TableQuestionAnswering: Vec<TableAnswer> => whole, TableAnswer => |all| TableAnswer::best(&all));
receive!(Summarization: String => whole);
receive!(Translation: String => whole);
receive!(
    TextGeneration:
    Generation => whole,
    String => |generation| Some(generation.into_owned().generated_text),
);
receive!(
    ChatCompletion:
    ChatReply => whole,
    Message => |reply| Some(reply.into_owned().message),
    String => |reply| reply.into_owned().into_text(),
);
receive!(
    ImageTextToText:
    ChatReply => whole,
    Message => |reply| Some(reply.into_owned().message),
    String => |reply| reply.into_owned().into_text(),
);
receive!(FillMask: Vec<MaskFill> => whole, MaskFill => |all| MaskFill::best(&all));
receive!(
    FeatureExtraction:
    Embedding => whole,
    Vec<f32> => |embedding| Some(embedding.into_owned().vector),
);
receive!(SentenceSimilarity: Vec<f32> => whole);
receive!(TextRanking: Vec<Ranked> => whole);
receive!(ImageClassification: Vec<Label> => whole, Label => |all| Label::best(&all));
receive!(ZeroShotImageClassification: Vec<Label> => whole, Label => |all| Label::best(&all));
receive!(AudioClassification: Vec<Label> => whole, Label => |all| Label::best(&all));
receive!(VideoClassification: Vec<Label> => whole, Label => |all| Label::best(&all));
receive!(ObjectDetection: Vec<Detection> => whole);
receive!(ZeroShotObjectDetection: Vec<Detection> => whole);
receive!(ImageSegmentation: Vec<Segment> => whole);
receive!(DepthEstimation: Depth => whole, Media => |depth| Some(depth.into_owned().depth));
receive!(ImageToText: String => whole);
receive!(DocumentQuestionAnswering: Vec<Answer> => whole, Answer => |all| Answer::best(&all));
receive!(VisualQuestionAnswering: Vec<Answer> => whole, Answer => |all| Answer::best(&all));
receive!(
    AutomaticSpeechRecognition:
    Transcript => whole,
    String => |transcript| Some(transcript.into_owned().text),
);
receive!(AudioToAudio: Vec<AudioTrack> => whole, Media => |all| AudioTrack::first(&all));
receive!(TextToImage: Media => whole, Bytes => bytes_of);
receive!(ImageToImage: Media => whole, Bytes => bytes_of);
receive!(TextToSpeech: Media => whole, Bytes => bytes_of);
receive!(TextToVideo: Media => whole, Bytes => bytes_of);
receive!(ImageToVideo: Media => whole, Bytes => bytes_of);
receive!(TabularClassification: Vec<String> => whole);
receive!(TabularRegression: Vec<f64> => whole);
receive!(Custom: serde_json::Value => whole);

fn bytes_of(media: Cow<'_, Media>) -> Option<Bytes> {
    Some(media.bytes.clone())
}

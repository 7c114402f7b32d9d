//! The outputs of the tasks and their short forms as deliveries.

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

/// Implements [`Receive`] for the output of a task and its short forms, each with its conversion from the output. Separate
/// implementations rather than a blanket one, since the compiler lists them in its help.
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

/// Returns the output itself.
fn output<O: Clone>(value: Cow<'_, O>) -> Option<O> {
    Some(value.into_owned())
}

receive!(TextClassification: Vec<Label> => output, Label => |all| Label::best(&all));
receive!(ZeroShotClassification: Vec<Label> => output, Label => |all| Label::best(&all));
receive!(TokenClassification: Vec<Entity> => output);
receive!(QuestionAnswering: Vec<Answer> => output, Answer => |all| Answer::best(&all));
receive!(TableQuestionAnswering: Vec<TableAnswer> => output, TableAnswer => |all| TableAnswer::best(&all));
receive!(Summarization: String => output);
receive!(Translation: String => output);
receive!(
    TextGeneration:
    Generation => output,
    String => |generation| Some(generation.into_owned().generated_text),
);
receive!(
    ChatCompletion:
    ChatReply => output,
    Message => |reply| Some(reply.into_owned().message),
    String => |reply| reply.into_owned().into_text(),
);
receive!(
    ImageTextToText:
    ChatReply => output,
    Message => |reply| Some(reply.into_owned().message),
    String => |reply| reply.into_owned().into_text(),
);
receive!(FillMask: Vec<MaskFill> => output, MaskFill => |all| MaskFill::best(&all));
receive!(
    FeatureExtraction:
    Embedding => output,
    Vec<f32> => |embedding| Some(embedding.into_owned().vector),
);
receive!(SentenceSimilarity: Vec<f32> => output);
receive!(TextRanking: Vec<Ranked> => output);
receive!(ImageClassification: Vec<Label> => output, Label => |all| Label::best(&all));
receive!(ZeroShotImageClassification: Vec<Label> => output, Label => |all| Label::best(&all));
receive!(AudioClassification: Vec<Label> => output, Label => |all| Label::best(&all));
receive!(VideoClassification: Vec<Label> => output, Label => |all| Label::best(&all));
receive!(ObjectDetection: Vec<Detection> => output);
receive!(ZeroShotObjectDetection: Vec<Detection> => output);
receive!(ImageSegmentation: Vec<Segment> => output);
receive!(DepthEstimation: Depth => output, Media => |depth| Some(depth.into_owned().depth));
receive!(ImageToText: String => output);
receive!(DocumentQuestionAnswering: Vec<Answer> => output, Answer => |all| Answer::best(&all));
receive!(VisualQuestionAnswering: Vec<Answer> => output, Answer => |all| Answer::best(&all));
receive!(
    AutomaticSpeechRecognition:
    Transcript => output,
    String => |transcript| Some(transcript.into_owned().text),
);
receive!(AudioToAudio: Vec<AudioTrack> => output, Media => |all| AudioTrack::first(&all));
receive!(TextToImage: Media => output, Bytes => media_bytes);
receive!(ImageToImage: Media => output, Bytes => media_bytes);
receive!(TextToSpeech: Media => output, Bytes => media_bytes);
receive!(TextToVideo: Media => output, Bytes => media_bytes);
receive!(ImageToVideo: Media => output, Bytes => media_bytes);
receive!(TabularClassification: Vec<String> => output);
receive!(TabularRegression: Vec<f64> => output);
receive!(Custom: serde_json::Value => output);

fn media_bytes(media: Cow<'_, Media>) -> Option<Bytes> {
    Some(media.bytes.clone())
}

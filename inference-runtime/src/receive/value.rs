//! The outputs of the tasks, and their shorter forms.

use super::Receive;
use crate::{
    Call, ErrorKind, InferenceError,
    task::{
        self, Answer, Embedding, Entity, Generation, Label, MaskFill, Ranked, TableAnswer, Task,
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
receive!(FillMask: Vec<MaskFill> => Some, MaskFill => MaskFill::best);
receive!(
    FeatureExtraction:
    Embedding => Some,
    Vec<f32> => |embedding| Some(embedding.vector),
);
receive!(SentenceSimilarity: Vec<f32> => Some);
receive!(TextRanking: Vec<Ranked> => Some);
receive!(Custom: serde_json::Value => Some);

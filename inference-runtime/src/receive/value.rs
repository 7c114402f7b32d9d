//! The outputs of the tasks, and their shorter forms.

use super::Receive;
use crate::{
    Call, ErrorKind, InferenceError,
    task::{self, Answer, Embedding, Entity, Generation, Label, MaskFill, Ranked, TableAnswer},
};

/// A type that is made of a task's output. One macro call for each: the compiler shows them in its help.
macro_rules! receive {
    ($type:ty, $task:ty, $from_output:expr) => {
        impl Receive<$task> for $type {
            type Value = Self;

            async fn receive(call: Call<'_, $task>) -> Result<Self, InferenceError> {
                let output = call.predict().await?.into_inner();
                let from_output: fn(<$task as task::Task>::Output) -> Option<Self> = $from_output;
                from_output(output).ok_or_else(nothing_in_it)
            }

            fn from_fallback(value: Self) -> Self {
                value
            }
        }
    };
}

fn nothing_in_it() -> InferenceError {
    InferenceError::new(ErrorKind::UnexpectedOutput, "the model's answer is empty")
}

receive!(Vec<Label>, task::TextClassification, Some);
receive!(Label, task::TextClassification, Label::best);
receive!(Vec<Label>, task::ZeroShotClassification, Some);
receive!(Label, task::ZeroShotClassification, Label::best);
receive!(Vec<Entity>, task::TokenClassification, Some);
receive!(Vec<Answer>, task::QuestionAnswering, Some);
receive!(Answer, task::QuestionAnswering, Answer::best);
receive!(Vec<TableAnswer>, task::TableQuestionAnswering, Some);
receive!(TableAnswer, task::TableQuestionAnswering, TableAnswer::best);
receive!(String, task::Summarization, Some);
receive!(String, task::Translation, Some);
receive!(Generation, task::TextGeneration, Some);
receive!(String, task::TextGeneration, |generation| Some(
    generation.generated_text
));
receive!(Vec<MaskFill>, task::FillMask, Some);
receive!(MaskFill, task::FillMask, MaskFill::best);
receive!(Embedding, task::FeatureExtraction, Some);
receive!(Vec<f32>, task::FeatureExtraction, |embedding| Some(
    embedding.vector
));
receive!(Vec<f32>, task::SentenceSimilarity, Some);
receive!(Vec<Ranked>, task::TextRanking, Some);
receive!(serde_json::Value, task::Custom, Some);

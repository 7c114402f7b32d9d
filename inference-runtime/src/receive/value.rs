//! The outputs of the tasks, and their shorter forms.

use super::Receive;
use crate::{
    Call, ErrorKind, InferenceError,
    task::{self, Label},
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

//! Question answering tasks.

mod media;
mod table;
#[cfg(test)]
mod tests;
mod text;

pub use media::{
    DocumentQuestionAnswering, DocumentQuestionAnsweringParameters, MediaQuestion,
    VisualQuestionAnswering, VisualQuestionAnsweringParameters,
};
pub use table::{
    TableAnswer, TableQuestion, TableQuestionAnswering, TableQuestionAnsweringParameters,
};
pub use text::{Answer, Question, QuestionAnswering, QuestionAnsweringParameters};

//! Tasks that answer a question about something given with it.

mod table;
mod text;

pub use table::{
    TableAnswer, TableQuestion, TableQuestionAnswering, TableQuestionAnsweringParameters,
};
pub use text::{Answer, Question, QuestionAnswering, QuestionAnsweringParameters};

use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    InferenceError,
    task::{
        DecodeError, Payload, RawResponse, Task,
        accepts::accept_struct,
        read::{Read, field, index, number, some_answers, text},
        span,
        wire::invalid,
    },
};

/// `question-answering`: a question and a text that holds the answer → the places where it stands, the best
/// first.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/question-answering).
#[derive(Clone, Copy, Debug)]
pub struct QuestionAnswering;

/// A question and the text to find its answer in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The question.
    pub question: String,
    /// The text that holds the answer.
    pub context: String,
}

impl Question {
    /// A question about a text.
    #[must_use]
    pub fn new(question: impl Into<String>, context: impl Into<String>) -> Self {
        Self {
            question: question.into(),
            context: context.into(),
        }
    }
}

/// The words that answer a question.
///
/// One type for questions about texts, where every field is there, and about pictures and documents, where some
/// models give the words alone. The default is that nothing answers: no words.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The words; empty where the model found none (`handle_impossible_answer`).
    pub answer: String,
    /// How sure the model is, from 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Where they start: in characters of the context, or in words of the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<usize>,
    /// Where they end, counted alike. In a context, the character there is no part of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<usize>,
}

impl Answer {
    /// Where the words are in the bytes of the context; none where they are not of that text. `start` and `end`
    /// count characters, Rust's slices count bytes.
    #[must_use]
    pub fn byte_range(&self, context: &str) -> Option<Range<usize>> {
        span::byte_range(context, self.start?, self.end?)
    }

    /// The answer with the highest score.
    pub(crate) fn best(answers: &[Self]) -> Option<Self> {
        answers.first().cloned()
    }

    fn read(value: &Value) -> Read<Self> {
        let (start, end) = (field(value, "start", index)?, field(value, "end", index)?);
        span::check(start, end)?;
        Ok(Self {
            answer: field(value, "answer", text)?,
            score: Some(field(value, "score", number)?),
            start: Some(start),
            end: Some(end),
        })
    }
}

/// The parameters of [`QuestionAnswering`]. Lengths are in tokens.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct QuestionAnsweringParameters {
    /// Whether answers are moved to the borders of words: good for languages that put spaces between them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub align_to_words: Option<bool>,
    /// By how much the parts of a long context overlap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc_stride: Option<u32>,
    /// Whether the model may say that the context holds no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handle_impossible_answer: Option<bool>,
    /// The longest answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_answer_len: Option<u32>,
    /// The length to which a question is cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_question_len: Option<u32>,
    /// The length of the parts in which the model sees question and context.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_seq_len: Option<u32>,
    /// How many answers to give, the best ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
}

impl Task for QuestionAnswering {
    const NAME: &'static str = "question-answering";
    type Input = Question;
    type Parameters = QuestionAnsweringParameters;
    type Output = Vec<Answer>;

    fn encode(input: &Question) -> Result<Payload, InferenceError> {
        if input.question.trim().is_empty() {
            return Err(invalid("the question is empty"));
        }
        if input.context.trim().is_empty() {
            return Err(invalid("the question's context is empty"));
        }
        Payload::json(input)
    }

    fn decode(
        answer: &RawResponse<'_>,
        _: &Question,
        _: &Self::Parameters,
    ) -> Result<Vec<Answer>, DecodeError> {
        // One object where `top_k` asks for no more, a list elsewhere.
        let mut answers =
            some_answers(&answer.json()?, "an answer or a list of them", Answer::read)?;
        answers.sort_by(|a, b| b.score.unwrap_or(0.0).total_cmp(&a.score.unwrap_or(0.0)));
        Ok(answers)
    }

    fn size(input: &Question) -> usize {
        input.question.len() + input.context.len()
    }
}

accept_struct!(QuestionAnswering: Question);

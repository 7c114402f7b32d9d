use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    InferenceError,
    task::{
        DecodeError, Payload, RawResponse, Task,
        accepts::accept_struct,
        read::{ReadResult, field, index, non_empty_answers, number, text},
        span,
        wire::invalid,
    },
};

/// `question-answering`: a question and a text that contains the answer → answers with their positions, the best first.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/question-answering).
#[derive(Clone, Copy, Debug)]
pub struct QuestionAnswering;

/// A question and the text that contains its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The question.
    pub question: String,
    /// The text that contains the answer.
    pub context: String,
}

impl Question {
    /// Creates a question about a text.
    #[must_use]
    pub fn new(question: impl Into<String>, context: impl Into<String>) -> Self {
        Self {
            question: question.into(),
            context: context.into(),
        }
    }
}

/// An answer to a question.
///
/// Used for questions about texts, where all fields are present, and about images and documents, where some models send
/// the text only. The default is an empty answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The text of the answer; empty if the model found none (`handle_impossible_answer`).
    pub answer: String,
    /// The score, from 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// The start of the answer: in characters of the context, or in words of the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<usize>,
    /// The end of the answer, in the same unit. In a context, it is exclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<usize>,
}

impl Answer {
    /// Returns the range of the answer in the bytes of the context; `None` if it is out of range. `start` and `end` count
    /// characters, while Rust's slices count bytes.
    #[must_use]
    pub fn byte_range(&self, context: &str) -> Option<Range<usize>> {
        span::byte_range(context, self.start?, self.end?)
    }

    /// Returns the best answer, which is the first.
    pub(crate) fn best(answers: &[Self]) -> Option<Self> {
        answers.first().cloned()
    }

    fn read(value: &Value) -> ReadResult<Self> {
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
    /// Whether to align answers to word boundaries, for languages with spaces between words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub align_to_words: Option<bool>,
    /// The overlap of the chunks of a long context.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc_stride: Option<u32>,
    /// Whether the model may find no answer in the context.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handle_impossible_answer: Option<bool>,
    /// The maximum length of an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_answer_len: Option<u32>,
    /// The length to which a question is truncated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_question_len: Option<u32>,
    /// The length of the chunks of question and context that the model processes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_seq_len: Option<u32>,
    /// The maximum number of answers, the best ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
}

impl Task for QuestionAnswering {
    const NAME: &'static str = inference_spec::tasks::QUESTION_ANSWERING;
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
        // An object unless `top_k` is greater than 1, otherwise a list.
        let mut answers =
            non_empty_answers(&answer.json()?, "an answer or a list of them", Answer::read)?;
        answers.sort_by(|a, b| b.score.unwrap_or(0.0).total_cmp(&a.score.unwrap_or(0.0)));
        Ok(answers)
    }

    fn size(input: &Question) -> usize {
        input.question.len() + input.context.len()
    }
}

accept_struct!(QuestionAnswering: Question);

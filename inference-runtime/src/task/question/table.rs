use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    InferenceError,
    task::{
        DecodeError, Padding, Payload, RawResponse, Table, Task,
        accepts::accept_struct,
        read::{Mismatch, ReadResult, each, field, index, non_empty_answers, optional, text},
        wire::invalid,
    },
};

/// `table-question-answering`: a table and a question → answers, the best first.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/table-question-answering).
#[derive(Clone, Copy, Debug)]
pub struct TableQuestionAnswering;

/// A table and a question about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableQuestion {
    /// The question.
    #[serde(alias = "query")]
    pub question: String,
    /// The table.
    pub table: Table,
}

impl TableQuestion {
    /// Creates a question about a table.
    #[must_use]
    pub fn new(question: impl Into<String>, table: Table) -> Self {
        Self {
            question: question.into(),
            table,
        }
    }
}

/// An answer from the cells of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableAnswer {
    /// The answer as text, prefixed with the aggregator if there is one (`SUM > 3, 4`).
    pub answer: String,
    /// The row and column of each cell of the answer, counted from 0. Empty for models that do not select cells.
    #[serde(default)]
    pub coordinates: Vec<[usize; 2]>,
    /// The texts of these cells.
    #[serde(default)]
    pub cells: Vec<String>,
    /// How the cells are aggregated: `SUM`, `AVERAGE`, `COUNT` or `NONE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aggregator: Option<String>,
}

impl TableAnswer {
    /// Returns the best answer, which is the first.
    pub(crate) fn best(answers: &[Self]) -> Option<Self> {
        answers.first().cloned()
    }

    fn read(value: &Value) -> ReadResult<Self> {
        let coordinates = |value: &Value| {
            each(value, "a list of coordinates", |pair| {
                match each(pair, "row and column", index)?.as_slice() {
                    [row, column] => Ok([*row, *column]),
                    _ => Err(Mismatch::expected("row and column", pair)),
                }
            })
        };
        // Generative models do not select cells and send the answer only.
        Ok(Self {
            answer: field(value, "answer", text)?,
            coordinates: optional(value, "coordinates", coordinates)?.unwrap_or_default(),
            cells: optional(value, "cells", |value| {
                each(value, "a list of strings", text)
            })?
            .unwrap_or_default(),
            aggregator: optional(value, "aggregator", text)?,
        })
    }
}

/// The parameters of [`TableQuestionAnswering`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TableQuestionAnsweringParameters {
    /// The length to which texts are padded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub padding: Option<Padding>,
    /// Whether to process questions sequentially, for questions that refer to earlier ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequential: Option<bool>,
    /// Whether a table that is too long is truncated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncation: Option<bool>,
}

/// The wire format. The specification names the field `question`; the service and the official clients use `query`.
#[derive(Serialize)]
struct Wire<'a> {
    query: &'a str,
    table: &'a Table,
}

impl Task for TableQuestionAnswering {
    const NAME: &'static str = inference_spec::tasks::TABLE_QUESTION_ANSWERING;
    type Input = TableQuestion;
    type Parameters = TableQuestionAnsweringParameters;
    type Output = Vec<TableAnswer>;

    fn encode(input: &TableQuestion) -> Result<Payload, InferenceError> {
        if input.question.trim().is_empty() {
            return Err(invalid("the question is empty"));
        }
        input.table.check()?;
        Payload::json(&Wire {
            query: &input.question,
            table: &input.table,
        })
    }

    fn decode(
        answer: &RawResponse<'_>,
        _: &TableQuestion,
        _: &Self::Parameters,
    ) -> Result<Vec<TableAnswer>, DecodeError> {
        Ok(non_empty_answers(
            &answer.json()?,
            "an answer or a list of them",
            TableAnswer::read,
        )?)
    }

    fn size(input: &TableQuestion) -> usize {
        input.question.len() + input.table.size()
    }
}

accept_struct!(TableQuestionAnswering: TableQuestion);

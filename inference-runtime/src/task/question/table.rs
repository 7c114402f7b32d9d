use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    InferenceError,
    task::{
        DecodeError, Padding, Payload, RawResponse, Table, Task,
        accepts::accept_struct,
        read::{Mismatch, Read, each, field, index, optional, some_answers, text},
        wire::invalid,
    },
};

/// `table-question-answering`: a question and a table → answers, the best first.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/table-question-answering).
#[derive(Clone, Copy, Debug)]
pub struct TableQuestionAnswering;

/// A question and the table that holds its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableQuestion {
    /// The question.
    #[serde(alias = "query")]
    pub question: String,
    /// The table.
    pub table: Table,
}

impl TableQuestion {
    /// A question about a table.
    #[must_use]
    pub fn new(question: impl Into<String>, table: Table) -> Self {
        Self {
            question: question.into(),
            table,
        }
    }
}

/// What the cells of a table answer to a question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableAnswer {
    /// The answer in words; the aggregator stands before it where there is one (`SUM > 3, 4`).
    pub answer: String,
    /// Row and column of each cell the answer was made of, counted from 0. Empty for models that do not say.
    #[serde(default)]
    pub coordinates: Vec<[usize; 2]>,
    /// The texts of these cells.
    #[serde(default)]
    pub cells: Vec<String>,
    /// What is to be done with the cells: `SUM`, `AVERAGE`, `COUNT` or `NONE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aggregator: Option<String>,
}

impl TableAnswer {
    /// The answer the model is most sure of.
    pub(crate) fn best(answers: &[Self]) -> Option<Self> {
        answers.first().cloned()
    }

    fn read(value: &Value) -> Read<Self> {
        let coordinates = |value: &Value| {
            each(value, "a list of coordinates", |pair| {
                match each(pair, "row and column", index)?.as_slice() {
                    [row, column] => Ok([*row, *column]),
                    _ => Err(Mismatch::expected("row and column", pair)),
                }
            })
        };
        // Models that write their answer freely, and do not point at cells, send the answer alone.
        Ok(Self {
            answer: field(value, "answer", text)?,
            coordinates: optional(value, "coordinates", coordinates)?.unwrap_or_default(),
            cells: optional(value, "cells", |value| each(value, "a list of texts", text))?
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
    /// To what length texts are filled up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub padding: Option<Padding>,
    /// Whether questions that build on each other are asked one after the other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequential: Option<bool>,
    /// Whether a table that is too long is cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncation: Option<bool>,
}

/// The specification calls the question `question`; the service and the official clients call it `query`.
#[derive(Serialize)]
struct Wire<'a> {
    query: &'a str,
    table: &'a Table,
}

impl Task for TableQuestionAnswering {
    const NAME: &'static str = "table-question-answering";
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
        Ok(some_answers(
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

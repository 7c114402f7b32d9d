//! Tasks that predict a value for each row of a table.

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    DecodeError, Payload, RawResponse, Table, Task,
    accepts::accept_struct,
    read::{Mismatch, ReadResult, answers, number},
};
use crate::InferenceError;

/// `tabular-classification`: a table → the class of each row.
#[derive(Clone, Copy, Debug)]
pub struct TabularClassification;

/// The parameters of [`TabularClassification`]: it has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TabularClassificationParameters {}

/// `tabular-regression`: a table → a number for each row.
#[derive(Clone, Copy, Debug)]
pub struct TabularRegression;

/// The parameters of [`TabularRegression`]: it has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TabularRegressionParameters {}

#[derive(Serialize)]
struct Wire<'a> {
    data: &'a Table,
}

fn encode(table: &Table) -> Result<Payload, InferenceError> {
    table.check()?;
    Payload::json(&Wire { data: table })
}

/// Reads one item for each row, as a flat list or each within a list.
fn rows<T>(
    answer: &RawResponse<'_>,
    table: &Table,
    expected: &'static str,
    read: fn(&Value) -> ReadResult<T>,
) -> Result<Vec<T>, DecodeError> {
    let value = answer.json()?;
    let read_row = |item: &Value| match item {
        Value::Array(items) => match items.as_slice() {
            [one] => read(one),
            _ => Err(Mismatch::expected("one item for a row", item)),
        },
        item => read(item),
    };
    let nested = value
        .as_array()
        .is_some_and(|items| items.len() > 1 && items.iter().all(Value::is_array));
    let items = if nested {
        super::read::each(&value, expected, read_row)?
    } else {
        answers(&value, expected, read)?
    };
    let count = table.columns().next().map_or(0, |(_, cells)| cells.len());
    if items.len() != count {
        return Err(DecodeError::unexpected(format!(
            "expected one item for each of {count} rows, found {}",
            items.len()
        )));
    }
    Ok(items)
}

/// Reads a class: a text or a number.
fn class(value: &Value) -> ReadResult<String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        other => Err(Mismatch::expected("a text or a number", other)),
    }
}

/// Reads a number, which some services send as text.
fn number_or_text(value: &Value) -> ReadResult<f64> {
    match value {
        Value::String(text) => text
            .trim()
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
            .ok_or_else(|| Mismatch::expected("a finite number", value)),
        value => number(value),
    }
}

impl Task for TabularClassification {
    const NAME: &'static str = inference_spec::tasks::TABULAR_CLASSIFICATION;
    type Input = Table;
    type Parameters = TabularClassificationParameters;
    type Output = Vec<String>;

    fn encode(input: &Table) -> Result<Payload, InferenceError> {
        encode(input)
    }

    fn decode(
        answer: &RawResponse<'_>,
        input: &Table,
        _: &Self::Parameters,
    ) -> Result<Vec<String>, DecodeError> {
        rows(answer, input, "a list of classes", class)
    }

    fn size(input: &Table) -> usize {
        input.size()
    }
}

impl Task for TabularRegression {
    const NAME: &'static str = inference_spec::tasks::TABULAR_REGRESSION;
    type Input = Table;
    type Parameters = TabularRegressionParameters;
    type Output = Vec<f64>;

    fn encode(input: &Table) -> Result<Payload, InferenceError> {
        encode(input)
    }

    fn decode(
        answer: &RawResponse<'_>,
        input: &Table,
        _: &Self::Parameters,
    ) -> Result<Vec<f64>, DecodeError> {
        rows(answer, input, "a list of numbers", number_or_text)
    }

    fn size(input: &Table) -> usize {
        input.size()
    }
}

accept_struct!(TabularClassification: Table, TabularRegression: Table);

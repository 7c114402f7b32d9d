//! The values of a request, as JSON protocols need them.

use serde_json::{Map, Value};

use crate::{
    ErrorKind, InferenceError,
    backend::Request,
    task::{Payload, Table},
};

/// Returns the input as a JSON value; media as plain base64.
pub(crate) fn input(request: &Request) -> Value {
    request.inputs()
}

/// Returns the messages of a chat as they were written, in the same order.
pub(crate) fn messages(request: &Request) -> &str {
    match request.payload() {
        Payload::Json(json) => json.get(),
        Payload::Media(_) => "[]",
    }
}

/// Returns the input of a text task.
pub(crate) fn text(request: &Request) -> Result<String, InferenceError> {
    match request.payload() {
        Payload::Json(json) => serde_json::from_str(json.get()).map_err(|_| {
            InferenceError::new(
                ErrorKind::Unsupported,
                format!(
                    "the input of `{}` is not text; help: use another backend for it",
                    request.task()
                ),
            )
        }),
        Payload::Media(_) => Err(InferenceError::new(
            ErrorKind::Unsupported,
            format!(
                "the input of `{}` is media, and the backend accepts only text",
                request.task()
            ),
        )),
    }
}

/// Returns the parameters that are set.
pub(crate) fn parameters(request: &Request) -> Map<String, Value> {
    let mut parameters: Map<String, Value> =
        serde_json::from_str(request.parameters().get()).unwrap_or_default();
    parameters.retain(|_, value| !value.is_null());
    parameters
}

/// Returns the table of a tabular task.
pub(crate) fn table(request: &Request) -> Result<Table, InferenceError> {
    #[derive(serde::Deserialize)]
    struct Wire {
        data: Table,
    }
    let wire: Option<Wire> = match request.payload() {
        Payload::Json(json) => serde_json::from_str(json.get()).ok(),
        Payload::Media(_) => None,
    };
    wire.map(|wire| wire.data).ok_or_else(|| {
        InferenceError::new(
            ErrorKind::Unsupported,
            format!(
                "the input of `{}` is not a table; help: use another backend for it",
                request.task()
            ),
        )
    })
}

/// Returns the rows of a table as objects; cells that are JSON numbers become numbers.
pub(crate) fn rows(table: &Table) -> Vec<Value> {
    let count = table.columns().next().map_or(0, |(_, cells)| cells.len());
    (0..count)
        .map(|row| {
            let cells = table
                .columns()
                .filter_map(|(name, cells)| Some((name.to_owned(), cell(cells.get(row)?))));
            Value::Object(cells.collect())
        })
        .collect()
}

/// Returns a cell as a number if it is one in JSON (`007` is not), otherwise as text.
pub(crate) fn cell(text: &str) -> Value {
    text.parse::<serde_json::Number>()
        .map_or_else(|_| text.into(), Value::Number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::rows;
    use crate::task::Table;

    #[test]
    fn cells_are_numbers_if_they_are_json_numbers() {
        let table = Table::new()
            .column("size", ["1", "2.5e3"])
            .column("code", ["007", "NaN"]);
        assert_eq!(
            rows(&table),
            [
                json!({"size": 1, "code": "007"}),
                json!({"size": 2.5e3, "code": "NaN"}),
            ]
        );
    }
}

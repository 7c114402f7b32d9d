//! A request as services in JSON need it: values.

use serde_json::{Map, Value};

use crate::{
    ErrorKind, InferenceError,
    backend::Request,
    task::{Payload, Table},
};

/// The input as a value; media as plain base64.
pub(crate) fn input(request: &Request) -> Value {
    request.inputs()
}

/// The messages of a chat, as they were written: in their order, with the members in theirs.
pub(crate) fn messages(request: &Request) -> &str {
    match request.payload() {
        Payload::Json(json) => json.get(),
        Payload::Media(_) => "[]",
    }
}

/// The input of a task on text.
pub(crate) fn text(request: &Request) -> Result<String, InferenceError> {
    match request.payload() {
        Payload::Json(json) => serde_json::from_str(json.get()).map_err(|_| {
            InferenceError::new(
                ErrorKind::Unsupported,
                format!("`{}` was asked with something else than a text; help: take another backend for it", request.task()),
            )
        }),
        Payload::Media(_) => Err(InferenceError::new(
            ErrorKind::Unsupported,
            format!("`{}` was asked with media and not a text", request.task()),
        )),
    }
}

/// The parameters: what was not given is not there.
pub(crate) fn parameters(request: &Request) -> Map<String, Value> {
    let mut parameters: Map<String, Value> =
        serde_json::from_str(request.parameters().get()).unwrap_or_default();
    parameters.retain(|_, value| !value.is_null());
    parameters
}

/// The table of a tabular task.
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
                "`{}` was asked with something else than a table; help: take another backend for it",
                request.task()
            ),
        )
    })
}

/// The rows of a table as objects; cells that read like numbers are numbers.
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

/// A cell: a number where it is written like one in JSON (so `007` is none), else text.
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
    fn rows_are_typed_by_how_they_are_written() {
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

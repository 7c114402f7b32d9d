//! Builds the request bodies.

use serde_json::{Map, Value, json};

use super::{
    metadata::{Metadata, TensorSpec},
    tensor::{self, Datatype, Tensor},
};
use crate::{
    InferenceError,
    backend::{
        Request,
        http::{self, Endpoint},
    },
    task::Table,
};

/// The name of a tensor if the metadata have none.
const DEFAULT_NAME: &str = "input-0";

/// Returns the input of `custom` if it is a complete body, or a list of tensors.
pub(super) fn custom_body(request: &Request) -> Option<Value> {
    if request.task() != "custom" {
        return None;
    }
    let mut body = match http::input(request) {
        Value::Object(body) if body.contains_key("inputs") => body,
        Value::Array(tensors) if is_tensors(&tensors) => {
            Map::from_iter([("inputs".to_owned(), tensors.into())])
        }
        _ => return None,
    };
    let parameters = http::parameters(request);
    if !parameters.is_empty() {
        let all = body
            .entry("parameters")
            .or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(all) = all {
            all.extend(parameters);
        }
    }
    Some(Value::Object(body))
}

fn is_tensors(items: &[Value]) -> bool {
    !items.is_empty()
        && items.iter().all(|item| {
            ["name", "datatype", "shape", "data"]
                .iter()
                .all(|name| item.get(name).is_some())
        })
}

/// Builds the body for a model with this metadata.
pub(super) fn build(
    endpoint: &Endpoint,
    request: &Request,
    metadata: &Metadata,
) -> Result<Value, InferenceError> {
    let tensors = match request.task() {
        "tabular-classification" | "tabular-regression" => {
            tensors_from_table(endpoint, &http::table(request)?, metadata)?
        }
        "custom" => vec![tensor_from_value(
            endpoint,
            &http::input(request),
            metadata,
        )?],
        _ => vec![tensor_from_value(
            endpoint,
            &http::text(request)?.into(),
            metadata,
        )?],
    };
    let mut body = json!({"inputs": tensors});
    let mut parameters = http::parameters(request);
    // Applied to the labels after the call, and not a parameter of the model.
    if request.task() == "text-classification" {
        parameters.remove("top_k");
    }
    if !parameters.is_empty() {
        body["parameters"] = Value::Object(parameters);
    }
    Ok(body)
}

/// Builds a tensor from a text, a number or lists of them, for a model with one input.
fn tensor_from_value(
    endpoint: &Endpoint,
    value: &Value,
    metadata: &Metadata,
) -> Result<Tensor, InferenceError> {
    let (shape, data) = tensor::from_lists(value).ok_or_else(|| {
        endpoint.unsupported_request(
            "the input's lists have different lengths; help: use lists of the same length",
        )
    })?;
    let is_text = data
        .iter()
        .any(|element| !element.is_number() && !element.is_boolean());
    let (name, datatype, declared) = match metadata.inputs.as_slice() {
        [] => {
            let datatype = if is_text {
                Datatype::Bytes
            } else {
                Datatype::Fp32
            };
            (DEFAULT_NAME.to_owned(), datatype, None)
        }
        [one] => (one.name.clone(), one.datatype, Some(one.shape.as_slice())),
        several => return Err(several_inputs(endpoint, several)),
    };
    if is_text != datatype.is_text() || data.iter().any(|item| item.is_object() || item.is_null()) {
        return Err(endpoint.unsupported_request(format_args!(
            "the datatype of the model's tensor `{name}` does not fit the input; help: use the task `custom` with the model's tensors"
        )));
    }
    Ok(Tensor {
        name,
        shape: with_rank(shape, declared),
        datatype,
        parameters: content_type(datatype),
        data,
    })
}

/// Adds leading dimensions of 1 up to the rank of the model's input: one item is a batch of one.
fn with_rank(mut shape: Vec<usize>, declared: Option<&[i64]>) -> Vec<usize> {
    let rank = declared.map_or(0, <[i64]>::len).max(1);
    while shape.len() < rank {
        shape.insert(0, 1);
    }
    shape
}

/// Returns the parameter by which MLServer decodes texts; other servers ignore it.
fn content_type(datatype: Datatype) -> Map<String, Value> {
    if datatype.is_text() {
        Map::from_iter([("content_type".to_owned(), "str".into())])
    } else {
        Map::new()
    }
}

/// Builds tensors from a table: one per column if the model's inputs have the columns' names, otherwise one of rows and
/// columns.
fn tensors_from_table(
    endpoint: &Endpoint,
    table: &Table,
    metadata: &Metadata,
) -> Result<Vec<Tensor>, InferenceError> {
    let columns: Vec<_> = table.columns().collect();
    let declared = |name: &str| metadata.inputs.iter().find(|input| input.name == name);
    let by_column = columns.iter().all(|(name, _)| declared(name).is_some());
    if by_column {
        return metadata
            .inputs
            .iter()
            .map(
                |input| match columns.iter().find(|(name, _)| *name == input.name) {
                    Some((_, cells)) => column(endpoint, input, cells),
                    None => Err(endpoint.unsupported_request(format_args!(
                        "the model requires a column `{}`, which the table does not have",
                        input.name
                    ))),
                },
            )
            .collect();
    }
    let (name, datatype) = match metadata.inputs.as_slice() {
        [] => (DEFAULT_NAME, Datatype::Fp32),
        [one] => (one.name.as_str(), one.datatype),
        several => return Err(several_inputs(endpoint, several)),
    };
    let rows = columns.first().map_or(0, |(_, cells)| cells.len());
    let mut data = Vec::with_capacity(rows * columns.len());
    for row in 0..rows {
        for (column, cells) in &columns {
            data.push(element(endpoint, datatype, column, &cells[row])?);
        }
    }
    Ok(vec![Tensor {
        name: name.to_owned(),
        shape: vec![rows, columns.len()],
        datatype,
        parameters: content_type(datatype),
        data,
    }])
}

fn column(
    endpoint: &Endpoint,
    input: &TensorSpec,
    cells: &[String],
) -> Result<Tensor, InferenceError> {
    let data = cells
        .iter()
        .map(|cell| element(endpoint, input.datatype, &input.name, cell))
        .collect::<Result<_, _>>()?;
    let mut shape = vec![cells.len()];
    // `[-1, 1]` is a column of cells.
    shape.resize(input.shape.len().max(1), 1);
    Ok(Tensor {
        name: input.name.clone(),
        shape,
        datatype: input.datatype,
        parameters: content_type(input.datatype),
        data,
    })
}

fn element(
    endpoint: &Endpoint,
    datatype: Datatype,
    column: &str,
    cell: &str,
) -> Result<Value, InferenceError> {
    datatype.element(cell).ok_or_else(|| {
        endpoint.invalid(format_args!(
            "a cell of the column `{column}` is not a number of the type that the model takes"
        ))
    })
}

fn several_inputs(endpoint: &Endpoint, inputs: &[TensorSpec]) -> InferenceError {
    let names: Vec<_> = inputs
        .iter()
        .map(|input| format!("`{}`", input.name))
        .collect();
    endpoint.unsupported_request(format_args!(
        "the model takes several tensors: {}; help: use the task `custom`, with all of them",
        names.join(", ")
    ))
}

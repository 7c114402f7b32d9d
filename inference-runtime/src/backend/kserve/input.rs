//! What is sent.

use serde_json::{Map, Value, json};

use super::{
    metadata::{Declared, Metadata},
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

/// What a tensor is called where the metadata say nothing.
const UNNAMED: &str = "input-0";

/// The input of `custom` that is the body already, or its tensors.
pub(super) fn whole(request: &Request) -> Option<Value> {
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

/// The body for a model that takes this.
pub(super) fn built(
    remote: &Endpoint,
    request: &Request,
    metadata: &Metadata,
) -> Result<Value, InferenceError> {
    let tensors = match request.task() {
        "tabular-classification" | "tabular-regression" => {
            of_table(remote, &http::table(request)?, metadata)?
        }
        "custom" => vec![of_value(remote, &http::input(request), metadata)?],
        _ => vec![of_value(remote, &http::text(request)?.into(), metadata)?],
    };
    let mut body = json!({"inputs": tensors});
    let mut parameters = http::parameters(request);
    // What becomes of the answer, and none of the model's business.
    if request.task() == "text-classification" {
        parameters.remove("top_k");
    }
    if !parameters.is_empty() {
        body["parameters"] = Value::Object(parameters);
    }
    Ok(body)
}

/// A text, a number or lists of them, for a model of one tensor.
fn of_value(
    remote: &Endpoint,
    value: &Value,
    metadata: &Metadata,
) -> Result<Tensor, InferenceError> {
    let (shape, data) = tensor::of_lists(value).ok_or_else(|| {
        remote.unfit(
            "the input's lists are of several lengths; help: give every list of it as many items",
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
            (UNNAMED.to_owned(), datatype, None)
        }
        [one] => (one.name.clone(), one.datatype, Some(one.shape.as_slice())),
        several => return Err(takes_several(remote, several)),
    };
    if is_text != datatype.is_text() || data.iter().any(|item| item.is_object() || item.is_null()) {
        return Err(remote.unfit(format_args!(
            "the model's tensor `{name}` does not hold what the input is; help: ask by `custom` with the tensors as the model takes them"
        )));
    }
    Ok(Tensor {
        name,
        shape: fitted(shape, declared),
        datatype,
        parameters: content_type(datatype),
        data,
    })
}

/// One thing is a batch of one, in as many dimensions as the model has.
fn fitted(mut shape: Vec<usize>, declared: Option<&[i64]>) -> Vec<usize> {
    let rank = declared.map_or(0, <[i64]>::len).max(1);
    while shape.len() < rank {
        shape.insert(0, 1);
    }
    shape
}

/// MLServer decodes by it; to the others it is a parameter they do not know.
fn content_type(datatype: Datatype) -> Map<String, Value> {
    if datatype.is_text() {
        Map::from_iter([("content_type".to_owned(), "str".into())])
    } else {
        Map::new()
    }
}

/// A table: a tensor for each column where the model's are called so, else one of rows and columns.
fn of_table(
    remote: &Endpoint,
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
                    Some((_, cells)) => column(remote, input, cells),
                    None => Err(remote.unfit(format_args!(
                        "the model wants a column `{}`, which the table has not",
                        input.name
                    ))),
                },
            )
            .collect();
    }
    let (name, datatype) = match metadata.inputs.as_slice() {
        [] => (UNNAMED, Datatype::Fp32),
        [one] => (one.name.as_str(), one.datatype),
        several => return Err(takes_several(remote, several)),
    };
    let rows = columns.first().map_or(0, |(_, cells)| cells.len());
    let mut data = Vec::with_capacity(rows * columns.len());
    for row in 0..rows {
        for (column, cells) in &columns {
            data.push(element(remote, datatype, column, &cells[row])?);
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

fn column(remote: &Endpoint, input: &Declared, cells: &[String]) -> Result<Tensor, InferenceError> {
    let data = cells
        .iter()
        .map(|cell| element(remote, input.datatype, &input.name, cell))
        .collect::<Result<_, _>>()?;
    let mut shape = vec![cells.len()];
    // `[-1, 1]`: a column that stands upright.
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
    remote: &Endpoint,
    datatype: Datatype,
    column: &str,
    cell: &str,
) -> Result<Value, InferenceError> {
    datatype.element(cell).ok_or_else(|| {
        remote.invalid(format_args!(
            "a cell of the column `{column}` is no number of the kind the model takes"
        ))
    })
}

fn takes_several(remote: &Endpoint, inputs: &[Declared]) -> InferenceError {
    let names: Vec<_> = inputs
        .iter()
        .map(|input| format!("`{}`", input.name))
        .collect();
    remote.unfit(format_args!(
        "the model takes several tensors: {}; help: ask by `custom`, with all of them",
        names.join(", ")
    ))
}

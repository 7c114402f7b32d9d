//! The request bodies.

use serde_json::{Map, Value};

use crate::backend::{Request, http};

/// Writes the body for `/embed` and `/embed_all`; the parameters have the same names as the task's.
pub(super) fn embedding(request: &Request, per_token: bool) -> String {
    let mut parameters = http::parameters(request);
    if per_token {
        // The route for tokens has no such parameters.
        parameters.remove("normalize");
        parameters.remove("dimensions");
    }
    with_inputs(http::input(request), parameters)
}

/// Writes the body for `/`: any input that the model accepts. An object with `inputs` or `query` is the body already.
pub(super) fn custom(request: &Request) -> String {
    let parameters = http::parameters(request);
    match http::input(request) {
        Value::Object(mut body) if body.contains_key("inputs") || body.contains_key("query") => {
            body.extend(parameters);
            Value::Object(body).to_string()
        }
        inputs => with_inputs(inputs, parameters),
    }
}

pub(super) fn with_inputs(inputs: Value, parameters: Map<String, Value>) -> String {
    let mut body = Map::from_iter([("inputs".to_owned(), inputs)]);
    body.extend(parameters);
    Value::Object(body).to_string()
}

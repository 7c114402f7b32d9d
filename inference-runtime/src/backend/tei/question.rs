//! The bodies of the routes that take one question.

use serde_json::{Map, Value};

use crate::backend::{Request, http};

/// `/embed` and `/embed_all`: the names of the parameters are those of the task.
pub(super) fn embedding(request: &Request, per_token: bool) -> String {
    let mut parameters = http::parameters(request);
    if per_token {
        // The vectors of tokens come as the model makes them.
        parameters.remove("normalize");
        parameters.remove("dimensions");
    }
    with_inputs(http::input(request), parameters)
}

/// `/`: whatever the model takes. An object that has its `inputs` or `query` is the body already.
pub(super) fn whole(request: &Request) -> String {
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

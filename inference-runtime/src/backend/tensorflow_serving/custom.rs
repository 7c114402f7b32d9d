//! The task `custom`, whose input is the request body.

use serde_json::{Map, Value};

use super::route::Method;
use crate::{
    InferenceError,
    backend::{
        Request,
        http::{self, Endpoint},
    },
};

/// Returns the method and the body. An object with `instances`, `inputs` or `examples` is the body; anything else is the
/// instances, or one of them. The parameters (`signature_name`, `context`) are added to it, except `method`.
pub(super) fn method_and_body(
    endpoint: &Endpoint,
    request: &Request,
) -> Result<(Method, Value), InferenceError> {
    let mut parameters = http::parameters(request);
    let named = parameters.remove("method");
    let mut body = match http::input(request) {
        Value::Object(body)
            if ["instances", "inputs", "examples"]
                .iter()
                .any(|name| body.contains_key(*name)) =>
        {
            body
        }
        Value::Array(instances) => with_instances(instances),
        instance => with_instances(vec![instance]),
    };
    let method = match named {
        None if body.contains_key("examples") => Method::Classify,
        None => Method::Predict,
        Some(named) => Method::ALL
            .into_iter()
            .find(|method| named == method.as_str())
            .ok_or_else(|| {
                endpoint.unsupported_request(format_args!(
                    "it has no method {named}; help: write `predict`, `classify` or `regress`"
                ))
            })?,
    };
    body.extend(parameters);
    Ok((method, Value::Object(body)))
}

fn with_instances(instances: Vec<Value>) -> Map<String, Value> {
    Map::from_iter([("instances".to_owned(), instances.into())])
}

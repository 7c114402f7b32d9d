//! `custom`: the body as it is.

use serde_json::{Map, Value};

use super::route::Method;
use crate::{
    InferenceError,
    backend::{
        Request,
        http::{self, Endpoint},
    },
};

/// What is asked, and with what. An object with `instances`, `inputs` or `examples` is the body; anything else is
/// instances, or one of them. Parameters (`signature_name`, `context`) stand beside it, but for `method`.
pub(super) fn question(
    remote: &Endpoint,
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
        Value::Array(instances) => instances_of(instances),
        instance => instances_of(vec![instance]),
    };
    let method = match named {
        None if body.contains_key("examples") => Method::Classify,
        None => Method::Predict,
        Some(named) => Method::ALL
            .into_iter()
            .find(|method| named == method.as_str())
            .ok_or_else(|| {
                remote.unfit(format_args!(
                    "it has no method {named}; help: write `predict`, `classify` or `regress`"
                ))
            })?,
    };
    body.extend(parameters);
    Ok((method, Value::Object(body)))
}

fn instances_of(instances: Vec<Value>) -> Map<String, Value> {
    Map::from_iter([("instances".to_owned(), instances.into())])
}

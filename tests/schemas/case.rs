//! A call of one task with every parameter.

use std::{
    fmt::Debug,
    sync::{Arc, Mutex},
};

use inference_runtime::{
    Inference, Operation, Task,
    backend::{self, Request},
    operation::{Model, Spec},
    task::Accepts,
};
use serde_json::{Value, json};

static MODELS: [Model; 1] = [Model::new("captured", "org/model", "")];

#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) task: &'static str,
    /// The request body.
    pub(crate) request: Value,
    /// An answer in the form of the schema.
    pub(crate) answer: Value,
    /// The typed output of the answer.
    pub(crate) output: Value,
}

/// Calls a task with the parameters that `set` sets, which must be all its parameters, and returns the request with the
/// given answer and its output.
pub(crate) async fn case<T, I>(
    input: I,
    set: impl FnOnce(&mut T::Parameters),
    answer: Value,
) -> Case
where
    T: Task<Input = I, Parameters: Debug> + Accepts<I>,
{
    let task = T::NAME;
    let mut parameters = T::Parameters::default();
    set(&mut parameters);
    let debug = format!("{parameters:?}");
    assert!(
        !debug.contains(": None"),
        "{task}: a parameter is not set: {debug}"
    );

    let request = Arc::new(Mutex::new(None));
    let (sink, reply) = (Arc::clone(&request), answer.clone());
    let captured = backend::from_fn(move |request: Request| {
        *sink.lock().expect("no test should have panicked") = Some(body(&request));
        let reply = reply.clone();
        async { Ok(reply) }
    });
    let inference = Inference::builder()
        .backend("captured", captured)
        .build()
        .expect("the runtime should build");
    // Operations have the static lifetime: the macro generates statics.
    let operation: &'static Operation<T> =
        Box::leak(Box::new(Operation::new(Spec::new("captured", &MODELS))));
    let output = operation
        .call(&inference, &input)
        .parameters(parameters)
        .predict()
        .await
        .unwrap_or_else(|error| panic!("{task}: {error}"))
        .into_inner();
    let body = request.lock().expect("no test should have panicked").take();
    Case {
        task,
        request: body.expect("there should be a request"),
        answer,
        output: serde_json::to_value(output).expect("the value should be JSON"),
    }
}

/// Returns the request body in the form of Hugging Face's pipelines.
fn body(request: &Request) -> Value {
    let parameters =
        serde_json::from_str(request.parameters().get()).expect("the value should be JSON");
    let input = match request.task() {
        "chat-completion" => "messages",
        _ => "inputs",
    };
    let mut body = json!({input: request.inputs()});
    match parameters {
        Value::Object(members) if request.parameters_at_root() => {
            body.as_object_mut()
                .expect("the body should be an object")
                .extend(members);
        }
        parameters => body["parameters"] = parameters,
    }
    body
}

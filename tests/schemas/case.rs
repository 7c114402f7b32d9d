//! One task, asked with every parameter.

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
    /// The body that asks.
    pub(crate) request: Value,
    /// An answer in the schema's own form.
    pub(crate) answer: Value,
    /// The typed output of that answer.
    pub(crate) output: Value,
}

/// Asks a task with the parameters that `set` sets, which must be all that it has, and has it answered.
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
    let written = format!("{parameters:?}");
    assert!(!written.contains(": None"), "{task}: not all of {written}");

    let asked = Arc::new(Mutex::new(None));
    let (keep, reply) = (Arc::clone(&asked), answer.clone());
    let captured = backend::from_fn(move |request: Request| {
        *keep.lock().expect("the request") = Some(body(&request));
        let reply = reply.clone();
        async { Ok(reply) }
    });
    let inference = Inference::builder()
        .backend("captured", captured)
        .build()
        .expect("a runtime");
    // Operations live as long as the program: the macro writes them as statics.
    let operation: &'static Operation<T> =
        Box::leak(Box::new(Operation::new(Spec::new("captured", &MODELS))));
    let output = operation
        .call(&inference, &input)
        .parameters(parameters)
        .predict()
        .await
        .unwrap_or_else(|error| panic!("{task}: {error}"))
        .into_inner();
    let request = asked.lock().expect("the request").take();
    Case {
        task,
        request: request.expect("a request"),
        answer,
        output: serde_json::to_value(output).expect("JSON"),
    }
}

/// The body of Hugging Face's pipelines.
fn body(request: &Request) -> Value {
    let parameters = serde_json::from_str(request.parameters().get()).expect("JSON");
    let input = match request.task() {
        "chat-completion" => "messages",
        _ => "inputs",
    };
    let mut body = json!({input: request.inputs()});
    match parameters {
        Value::Object(members) if request.parameters_at_root() => {
            body.as_object_mut().expect("an object").extend(members);
        }
        parameters => body["parameters"] = parameters,
    }
    body
}

//! Backends other than Hugging Face, each against a scripted server: the requests and the decoded responses.

mod configured;
mod kserve;
mod openai;
mod tei;
mod tensorflow_serving;
mod tgi;
mod vertex;

use futures_util::StreamExt;
use inference_runtime::{
    __private::{Operation, Spec},
    Backend, Receive,
    prelude::*,
    task::ChatCompletion,
};
use inference_tests::upstream::{Answer, Upstream};
use serde_json::{Value, json};

/// A key that must not appear in any output.
const KEY: &str = "sk-NobodyMaySeeThisOne0123456789";

/// Builds a runtime with this backend, registered as `it`.
fn runtime(backend: impl Backend) -> Inference {
    Inference::builder()
        .backend("it", backend)
        .build()
        .expect("the runtime should build")
}

/// Calls the model `$model` of a backend for a task, and returns the output as JSON.
macro_rules! predict {
    ($backend:expr, $model:literal, $task:ident, $input:expr $(, $field:ident = $value:expr)*) => {{
        use inference_runtime::{
            __private::{Model, Operation, Spec},
            Receive, Task, task::$task,
        };
        static MODELS: [Model; 1] = [Model::new("it", $model, "")];
        static OPERATION: Operation<$task> =
            Operation::new(Spec::new("services::predict", &MODELS).timeout(20_000));
        #[allow(unused_mut, reason = "some calls have no parameters")]
        let mut parameters = <$task as Task>::Parameters::default();
        $(parameters.$field = Some($value);)*
        let inference = $crate::services::runtime($backend);
        let input = $input;
        let call = OPERATION.call(&inference, &input).parameters(parameters);
        <<$task as Task>::Output as Receive<$task>>::receive(call)
            .await
            .map(|output| serde_json::to_value(output).expect("the value should be JSON"))
    }};
}
use predict;

/// Returns the text chunks of a stream.
async fn stream_chunks<T>(
    backend: impl Backend,
    operation: &'static Operation<T>,
) -> Result<Vec<String>, InferenceError>
where
    T: inference_runtime::Task + inference_runtime::task::Accepts<&'static str>,
    TextStream: Receive<T>,
{
    let inference = runtime(backend);
    let mut stream = TextStream::receive(operation.call(&inference, &"Hi")).await?;
    let mut chunks = Vec::new();
    while let Some(chunk) = stream.next().await {
        chunks.push(chunk?);
    }
    Ok(chunks)
}

/// Returns a chat response with this text.
fn chat_response(text: &str) -> Value {
    json!({
        "id": "c", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
    })
}

/// Returns the kind and the message of a failure.
fn kind_and_message(outcome: Result<Value, InferenceError>) -> (ErrorKind, String) {
    let error = outcome.expect_err("the call should fail");
    assert!(!format!("{error} {error:?}").contains(KEY), "{error:?}");
    (error.kind(), error.to_string())
}

static CHAT_MODELS: [inference_runtime::__private::Model; 1] =
    [inference_runtime::__private::Model::new("it", "m", "")];
static CHAT: Operation<ChatCompletion> = Operation::new(Spec::new("services::chat", &CHAT_MODELS));

/// A stream in OpenAI's format, with a comment and without `[DONE]`.
fn openai_stream() -> Answer {
    Answer::events(
        ": ping\n\ndata: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"Li\"}}]}\n\n\
         data: {\"choices\":[{\"delta\":{\"content\":\"ma\",\"reasoning_content\":null}}]}\n\n\
         data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
    )
}

/// Returns the path and the body of the only request.
fn path_and_body(upstream: &Upstream) -> (String, Value) {
    let request = upstream.request();
    assert_eq!(request.header("content-type"), "application/json");
    assert_eq!(request.method, "POST");
    (request.path.clone(), request.json())
}

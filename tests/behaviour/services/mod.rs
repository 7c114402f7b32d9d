//! Services other than Hugging Face, each played by a server on loopback: what is sent, and what is made of the
//! answers.

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

/// A key that nobody may see.
const KEY: &str = "sk-NobodyMaySeeThisOne0123456789";

/// A runtime that has this backend as `it`.
fn runtime(backend: impl Backend) -> Inference {
    Inference::builder()
        .backend("it", backend)
        .build()
        .expect("a runtime")
}

/// Asks the model `$model` of a backend for a task: the output as JSON.
macro_rules! ask {
    ($backend:expr, $model:literal, $task:ident, $input:expr $(, $field:ident = $value:expr)*) => {{
        use inference_runtime::{
            __private::{Model, Operation, Spec},
            Receive, Task, task::$task,
        };
        static MODELS: [Model; 1] = [Model::new("it", $model, "")];
        static OPERATION: Operation<$task> =
            Operation::new(Spec::new("services::ask", &MODELS).timeout(20_000));
        #[allow(unused_mut, reason = "some have no parameters")]
        let mut parameters = <$task as Task>::Parameters::default();
        $(parameters.$field = Some($value);)*
        let inference = $crate::services::runtime($backend);
        let input = $input;
        let call = OPERATION.call(&inference, &input).parameters(parameters);
        <<$task as Task>::Output as Receive<$task>>::receive(call)
            .await
            .map(|output| serde_json::to_value(output).expect("JSON"))
    }};
}
use ask;

/// The text of a stream of this task, as it comes.
async fn pieces<T>(
    backend: impl Backend,
    operation: &'static Operation<T>,
) -> Result<Vec<String>, InferenceError>
where
    T: inference_runtime::Task + inference_runtime::task::Accepts<&'static str>,
    TextStream: Receive<T>,
{
    let inference = runtime(backend);
    let mut stream = TextStream::receive(operation.call(&inference, &"Hi")).await?;
    let mut pieces = Vec::new();
    while let Some(piece) = stream.next().await {
        pieces.push(piece?);
    }
    Ok(pieces)
}

/// What a chat answers that says this.
fn chat_reply(text: &str) -> Value {
    json!({
        "id": "c", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
    })
}

/// What an operator reads of a failure.
fn told(outcome: Result<Value, InferenceError>) -> (ErrorKind, String) {
    let error = outcome.expect_err("a failure");
    assert!(!format!("{error} {error:?}").contains(KEY), "{error:?}");
    (error.kind(), error.to_string())
}

static CHAT_MODELS: [inference_runtime::__private::Model; 1] =
    [inference_runtime::__private::Model::new("it", "m", "")];
static CHAT: Operation<ChatCompletion> = Operation::new(Spec::new("services::chat", &CHAT_MODELS));

/// A stream in OpenAI's frames, with a comment, without `[DONE]`.
fn openai_stream() -> Answer {
    Answer::events(
        ": ping\n\ndata: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"Li\"}}]}\n\n\
         data: {\"choices\":[{\"delta\":{\"content\":\"ma\",\"reasoning_content\":null}}]}\n\n\
         data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
    )
}

/// The only thing a server was asked.
fn asked(upstream: &Upstream) -> (String, Value) {
    let request = upstream.request();
    assert_eq!(request.header("content-type"), "application/json");
    assert_eq!(request.method, "POST");
    (request.path.clone(), request.json())
}

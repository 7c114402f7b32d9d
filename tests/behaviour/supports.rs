//! Checks of configured and annotated models against their backends, at the start and in `check`.

use futures_util::future::{BoxFuture, FutureExt};
use inference_runtime::{
    Backend, ErrorKind, Impact, Inference, InferenceError,
    backend::{
        HuggingFace, KServe, OpenAi, Request, Response, Tei, TensorFlowServing, Tgi, Vertex,
    },
    operation::Model,
    prelude::*,
};

use crate::configuration::{RunningService, start_error};

#[test]
fn unsupported_configured_model_is_a_start_error_with_its_line() {
    let backends = r#"
[backends.reader]
kind = "tei"
base_url = "http://127.0.0.1:1"

[backends.writer]
kind = "tgi"
base_url = "http://127.0.0.1:1"

[backends.tf]
kind = "tensorflow-serving"
base_url = "http://127.0.0.1:1"

[backends.triton]
kind = "kserve"
base_url = "http://127.0.0.1:1"

[backends.google]
kind = "vertex"
project = "p"
location = "europe-west4"
"#;
    // The configuration checks names, the backends check tasks.
    for (model, message) in [
        (
            "org/name:hf-inferense",
            "unknown provider `hf-inferense`; help: did you mean `hf-inference`?",
        ),
        (
            "org/name:grok",
            "unknown provider `grok`; help: did you mean `groq`?",
        ),
        (
            "org/name:groq",
            "`groq` does not serve `text-classification`; help: ",
        ),
        (
            "org/name:fastest",
            "`:fastest` chooses among the providers of chat models",
        ),
        (
            "local::sentimant",
            "unknown local model `sentimant`; help: did you mean `sentiment`?",
        ),
        (
            "writer::any",
            "`sentiment` cannot use the model `writer::any`: text-generation-inference does not support the task \
             `text-classification`; help: it supports `text-generation`, `chat-completion`",
        ),
        (
            "tf::half/3",
            "`half/3` is not the name of a model; help: write `name`",
        ),
        (
            "triton::half/3",
            "`half/3` is not the name of a model; help: write `name`",
        ),
        (
            "google::google/gemini",
            "`google/gemini` is not the id of an endpoint",
        ),
    ] {
        let chain = format!(r#"["local::sentiment", "{model}"]"#);
        for written in [format!("{model:?}"), chain] {
            let output = start_error(
                &format!("[operations.sentiment]\n\nmodel = {written}\n{backends}"),
                &[],
            );
            assert!(
                output.contains("inference.toml:3: ") && output.contains(message),
                "{output}"
            );
        }
    }
    let output = start_error(
        "",
        &[
            ("INFERENCE_OPERATIONS_SENTIMENT_MODEL", "tf::half/3"),
            ("INFERENCE_BACKENDS_TF_KIND", "tensorflow-serving"),
            ("INFERENCE_BACKENDS_TF_BASE_URL", "http://127.0.0.1:1"),
        ],
    );
    assert!(
        output.contains("INFERENCE_OPERATIONS_SENTIMENT_MODEL: `sentiment` cannot use the model"),
        "{output}"
    );
}

#[tokio::test]
async fn supported_model_or_unregistered_backend_is_not_a_start_error() {
    for model in ["nowhere::model", "org/name:hf-inference", "org/name"] {
        let file = format!("[operations.sentiment]\nmodel = [{model:?}, \"local::sentiment\"]\n");
        let service = RunningService::start(&file, &[]);
        let output = service.post("A dull film.").await;
        assert!(output.starts_with("NEGATIVE model"), "{model}: {output}");
    }
}

/// Supports one model of one task.
struct Narrow;

impl Backend for Narrow {
    fn call<'a>(&'a self, _: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
        async { Err(InferenceError::new(ErrorKind::Internal, "not called")) }.boxed()
    }

    fn supports(&self, task: &str, model: &Model) -> Result<(), InferenceError> {
        if (task, model.name()) == ("text-classification", "known") {
            return Ok(());
        }
        Err(InferenceError::new(
            ErrorKind::ModelNotFound,
            format!("no `{}` for `{task}`; help: use `known`", model.name()),
        ))
    }
}

#[infer(
    model = "narrow::unknown",
    task = "text-classification",
    name = "supports.unknown"
)]
async fn unknown(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[infer(
    model = ["narrow::known", "narrow::unknown"],
    task = "text-classification",
    name = "supports.chain"
)]
async fn chain(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

/// `supports` is called with the tag of the requests that the backend receives.
#[infer(
    model = "narrow::known",
    task = "image-text-to-text",
    name = "supports.seen"
)]
async fn seen(image: ImageText, #[prediction] reply: String) -> Result<String, InferenceError> {
    Ok(reply)
}

#[test]
fn unsupported_annotated_model_is_an_issue_but_not_a_start_error() {
    let _ = (unknown, chain, seen);
    let inference = Inference::builder()
        .backend("narrow", Narrow)
        .build()
        .expect("a runtime");
    let issues: Vec<_> = inference
        .check()
        .into_iter()
        .filter(|issue| issue.operation.starts_with("supports."))
        .map(|issue| (issue.operation, issue.impact, issue.error.to_string()))
        .collect();
    let missing = "no `unknown` for `text-classification`; help: use `known`".to_owned();
    let other = "no `known` for `chat-completion`; help: use `known`".to_owned();
    assert_eq!(
        issues,
        [
            ("supports.chain", Impact::AnotherModel, missing.clone()),
            ("supports.seen", Impact::Nothing, other),
            ("supports.unknown", Impact::Nothing, missing),
        ]
    );
}

/// Whether a backend supports a model `model` for a task.
fn can(backend: &impl Backend, task: &str) -> bool {
    can_with(backend, task, "model")
}

fn can_with(backend: &impl Backend, task: &str, model: &str) -> bool {
    let model: Model = format!("x::{model}").parse().expect("a model");
    match backend.supports(task, &model) {
        Ok(()) => true,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            assert!(error.to_string().contains("; help: "), "{error}");
            false
        }
    }
}

#[test]
fn each_backend_supports_only_its_tasks_and_model_names() {
    const URL: &str = "http://127.0.0.1:1";
    let tei = Tei::builder().base_url(URL).build().expect("a backend");
    assert!(can(&tei, "text-ranking") && !can(&tei, "translation"));
    let tgi = Tgi::builder().base_url(URL).build().expect("a backend");
    assert!(can(&tgi, "chat-completion") && !can(&tgi, "text-ranking"));
    let openai = OpenAi::builder().base_url(URL).build().expect("a backend");
    assert!(can(&openai, "text-to-speech") && !can(&openai, "fill-mask"));
    let tf = TensorFlowServing::builder()
        .base_url(URL)
        .build()
        .expect("a backend");
    assert!(can(&tf, "image-classification") && !can(&tf, "chat-completion"));
    assert!(can_with(&tf, "custom", "half@canary") && !can_with(&tf, "custom", "half/3"));
    let kserve = KServe::builder().base_url(URL).build().expect("a backend");
    assert!(can(&kserve, "translation") && !can(&kserve, "chat-completion"));
    assert!(
        can_with(&kserve, "custom", "half/versions/3") && !can_with(&kserve, "custom", "half/3")
    );
    // Also without a token: an unconfigured backend still reports its tasks.
    let vertex = Vertex::builder()
        .project("p")
        .location("europe-west4")
        .build()
        .expect("a backend");
    assert!(can(&vertex, "fill-mask") && !can(&vertex, "text-to-image"));
    assert!(can_with(&vertex, "chat-completion", "google/gemini"));
    assert!(!can_with(&vertex, "fill-mask", "google/gemini"));
}

#[test]
fn each_provider_supports_only_the_tasks_of_its_table() {
    let hf = HuggingFace::builder().build().expect("a backend");
    let served: Vec<_> = inference_runtime::backend::provider_tasks().collect();
    for (provider, _) in &served {
        for (_, task) in &served {
            let model: Model = format!("org/name:{provider}").parse().expect("a model");
            assert_eq!(
                hf.supports(task, &model).is_ok(),
                served.contains(&(provider, task)),
                "{model} {task}"
            );
        }
    }
    for (model, task, supported) in [
        ("org/name", "custom", true),
        ("org/name:auto", "text-to-image", true),
        ("org/name:cheapest", "chat-completion", true),
        ("org/name:cheapest", "text-to-image", false),
    ] {
        let parsed: Model = model.parse().expect("a model");
        assert_eq!(
            hf.supports(task, &parsed).is_ok(),
            supported,
            "{model} {task}"
        );
    }
    // Parsing rejects such a model, but code can create one.
    let unknown = Model::new("hf", "org/name", "grok");
    let error = hf
        .supports("chat-completion", &unknown)
        .expect_err("unknown");
    assert!(
        error.to_string().ends_with("help: did you mean `groq`?"),
        "{error}"
    );
}

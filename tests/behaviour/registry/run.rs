//! Predictions of stored calls.

use std::sync::{Arc, Mutex};

use inference_runtime::{
    Operation,
    backend::{Request, from_fn},
    operation::{Model, Spec, StoredCall},
    prelude::*,
    task,
};
use inference_tests::models::{labels, runtime, sentiment};
use serde_json::json;

#[infer(
    model = "org/model",
    task = "text-classification",
    cache = "1m",
    name = "registry.judge"
)]
async fn judge(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

/// The operation of `judge`, to store its calls.
static JUDGE: Operation<task::TextClassification> = Operation::new(Spec::new(
    "registry.judge",
    const { &[Model::new("hf", "org/model", "")] },
));

#[tokio::test]
async fn stored_call_returns_the_output_as_json_with_its_origin() {
    let _ = judge;
    let (calls, backend) = sentiment();
    let inference = runtime(backend);
    let call = StoredCall::new("registry.judge", "good").expect("a call");
    let prediction = inference.run(call.clone()).await.expect("a prediction");
    assert_eq!(prediction.source, Source::Model);
    assert_eq!(prediction.model.as_deref(), Some("org/model"));
    assert_eq!(
        prediction.value[0],
        json!({"label": "POSITIVE", "score": 0.9})
    );
    let again = inference.run(call).await.expect("a prediction");
    assert_eq!((again.source, calls.count()), (Source::Cache, 1));
}

#[tokio::test]
async fn stored_call_shares_the_cache_entry_of_the_handler() {
    let (calls, backend) = sentiment();
    let inference = runtime(backend);
    judge_with(&inference, "good").await;
    let call = StoredCall::new("registry.judge", "good").expect("a call");
    let prediction = inference.run(call).await.expect("a prediction");
    assert_eq!((prediction.source, calls.count()), (Source::Cache, 1));
}

async fn judge_with(inference: &Inference, text: &str) {
    let label = judge(inference.clone(), text.to_owned()).await;
    assert_eq!(label.expect("an answer"), "POSITIVE");
}

#[derive(serde::Serialize)]
struct Tenant {
    name: &'static str,
    id: u32,
}

#[tokio::test]
async fn stored_scope_and_key_select_the_same_cache_entry() {
    let _ = judge;
    let (calls, backend) = sentiment();
    let inference = runtime(backend);
    let call = |scope: u32, key: &str| {
        // The fields are not in alphabetical order: a parsed scope would be another one.
        let scope = Tenant {
            name: "t",
            id: scope,
        };
        let call = JUDGE.call(&inference, "good").scope(&scope).key(key);
        let text = serde_json::to_string(&call.store().expect("stored")).expect("JSON");
        let stored: StoredCall = serde_json::from_str(&text).expect("the same");
        assert_eq!(stored, call.store().expect("stored"));
        stored
    };
    let stored = call(1, "a");
    assert_eq!(
        stored.scope().map(|scope| scope.get()),
        Some(r#"{"name":"t","id":1}"#)
    );
    for (stored, source) in [
        (stored, Source::Model),
        (call(1, "a"), Source::Cache),
        (call(2, "a"), Source::Model),
        (call(1, "b"), Source::Model),
    ] {
        let prediction = inference.run(stored).await.expect("a prediction");
        assert_eq!(prediction.source, source);
    }
    assert_eq!(calls.count(), 3);
}

#[tokio::test]
async fn call_with_several_inputs_is_stored_as_one_call_per_input() {
    let (_, backend) = sentiment();
    let inference = runtime(backend);
    let call = JUDGE.call_each(&inference, ["good", "bad"]).scope("s");
    let stored = call.store_each().expect("stored");
    let inputs: Vec<_> = stored.iter().map(|call| call.input().get()).collect();
    assert_eq!(inputs, [r#""good""#, r#""bad""#]);
    assert!(stored.iter().all(|call| call.scope().is_some()));
    assert_eq!(
        call.store().expect_err("several").kind(),
        ErrorKind::Internal
    );
}

#[tokio::test]
async fn unknown_name_is_an_error_that_suggests_the_nearest_one() {
    let inference = runtime(sentiment().1);
    let call = StoredCall::new("registry.juge", "good").expect("a call");
    let error = inference.run(call).await.expect_err("unknown");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(
        error.to_string(),
        "the program has no operation `registry.juge`; help: did you mean `registry.judge`?"
    );
}

#[tokio::test]
async fn call_invalid_for_the_task_is_an_error_with_operation_and_field() {
    let inference = runtime(from_fn(|_: Request| async {
        Ok(labels(&[("POSITIVE", 1.0)]))
    }));
    let call =
        |input: serde_json::Value| StoredCall::new("registry.judge", &input).expect("a call");
    let with = |parameters: serde_json::Value| {
        call("good".into())
            .with_parameters(&parameters)
            .expect("a call")
    };
    for (call, field) in [
        (call(json!({"text": "secret"})), "input"),
        (call(json!(null)), "input"),
        (with(json!([1])), "parameters"),
        (with(json!("secret")), "parameters"),
        (with(json!({"top_k": "secret"})), "parameters.top_k"),
        (with(json!({"top_k": 1, "topk": 2})), "parameters.topk"),
        (
            with(json!({"function_to_apply": "secret"})),
            "parameters.function_to_apply",
        ),
    ] {
        let error = inference.run(call).await.expect_err(field);
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        let output = error.to_string();
        assert!(
            output.starts_with(&format!(
                "the `{field}` of a stored call of `registry.judge` cannot be read; help: "
            )),
            "{output}"
        );
        assert!(!output.contains("secret"), "{output}");
    }
    let call = with(json!({"top_k": null}));
    inference.run(call).await.expect("null counts as absent");
}

#[tokio::test]
async fn debug_output_of_stored_call_and_request_omits_prompt_and_media() {
    let call = StoredCall::new("registry.judge", "a secret")
        .and_then(|call| call.with_parameters(&json!({"top_k": 1})))
        .and_then(|call| call.with_scope("a secret"))
        .expect("a call");
    let output = format!("{call:?}");
    assert!(
        output.contains("registry.judge") && output.contains("10"),
        "{output}"
    );
    assert!(!output.contains("secret"), "{output}");

    let model = || Model::new("house", "v7", "");
    let text = Request::for_task::<task::TextClassification, _>(model(), "a secret").expect("text");
    let media = Media::new(&b"a secret"[..], "image/png");
    let image = Request::for_task::<task::ImageClassification, _>(model(), &media).expect("media");
    for request in [text, image] {
        let request = request
            .with_parameters(&json!({"prompt": "a secret"}))
            .expect("parameters");
        let output = format!("{request:?} {:?}", request.payload());
        assert!(
            output.contains("house::v7") && output.contains("classification"),
            "{output}"
        );
        assert!(!output.contains("secret"), "{output}");
        assert!(!output.contains("115, 101, 99"), "{output}");
    }
}

#[tokio::test]
async fn request_built_by_hand_equals_the_one_of_the_runtime() {
    let requests: Arc<Mutex<Vec<Request>>> = Arc::default();
    let seen = Arc::clone(&requests);
    let inference = runtime(from_fn(move |request: Request| {
        seen.lock().expect("requests").push(request);
        async { Ok(labels(&[("POSITIVE", 1.0)])) }
    }));
    judge_with(&inference, "good").await;
    let by_runtime = requests.lock().expect("requests").remove(0);
    let by_hand =
        Request::for_task::<task::TextClassification, _>(Model::new("hf", "org/model", ""), "good")
            .expect("a request")
            .with_operation("registry.judge");
    let parts = |request: &Request| {
        (
            request.operation().to_owned(),
            request.task(),
            request.model().to_owned(),
            request.inputs(),
            request.parameters().get().to_owned(),
            request.parameters_at_root(),
        )
    };
    assert_eq!(parts(&by_runtime), parts(&by_hand));
    assert!(by_hand.time_left() > std::time::Duration::from_secs(5));
    let forever = by_hand.with_time_left(std::time::Duration::MAX);
    assert!(forever.time_left() > std::time::Duration::from_secs(1_000_000));
}

//! Vertex AI.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use inference_runtime::{
    Backend,
    backend::{Vertex, VertexBuilder},
    prelude::*,
};
use inference_tests::upstream::{Answer, Upstream};
use serde_json::{Value, json};

use super::{
    CHAT, KEY, chat_response, kind_and_message, openai_stream, path_and_body, predict,
    stream_chunks,
};

const ENDPOINTS: &str = "projects/p/locations/europe-west4/endpoints";

fn builder_for(upstream: &Upstream) -> VertexBuilder {
    Vertex::builder()
        .project("p")
        .location("europe-west4")
        .base_url(upstream.url())
}

fn backend(upstream: &Upstream) -> Vertex {
    builder_for(upstream)
        .token(KEY)
        .build()
        .expect("the backend should build")
}

async fn server_predicting(predictions: Value) -> Upstream {
    Upstream::always(Answer::json(
        &json!({"predictions": predictions, "deployedModelId": "7"}),
    ))
    .await
}

#[tokio::test]
async fn task_input_is_sent_as_one_instance() {
    let upstream = server_predicting(json!([[{"label": "GOOD", "score": 0.9}]])).await;
    let labels = predict!(
        backend(&upstream),
        "123",
        TextClassification,
        "fine",
        top_k = 1
    );
    assert_eq!(
        labels.expect("the call should succeed"),
        json!([{"label": "GOOD", "score": 0.9}])
    );
    assert_eq!(
        path_and_body(&upstream),
        (
            format!("/v1/{ENDPOINTS}/123:predict"),
            json!({"instances": [{"inputs": "fine", "parameters": {"top_k": 1}}]})
        )
    );
    assert_eq!(
        upstream.request().header("authorization"),
        format!("Bearer {KEY}")
    );

    let upstream = server_predicting(json!([[[0.5, -0.5]]])).await;
    let embedding = predict!(
        backend(&upstream),
        "123",
        FeatureExtraction,
        "text",
        normalize = true
    );
    assert_eq!(
        embedding.expect("the call should succeed")["vector"],
        json!([0.5, -0.5])
    );
    assert_eq!(
        path_and_body(&upstream).1,
        json!({"instances": [{"inputs": "text", "normalize": true}]})
    );

    let upstream = server_predicting(json!([[{"index": 0, "score": 0.9}]])).await;
    let ranking = predict!(
        backend(&upstream),
        "123",
        TextRanking,
        Ranking::new("q", ["a"])
    );
    assert_eq!(
        ranking.expect("the call should succeed"),
        json!([{"index": 0, "score": 0.9}])
    );
    assert_eq!(
        path_and_body(&upstream).1,
        json!({"instances": [{"query": "q", "texts": ["a"]}]})
    );

    let upstream = server_predicting(json!([" upon a time"])).await;
    let text = predict!(backend(&upstream), "123", TextGeneration, "Once");
    assert_eq!(
        text.expect("the call should succeed")["generated_text"],
        " upon a time"
    );
}

#[tokio::test]
async fn table_rows_are_sent_as_instances() {
    let table = || {
        Table::new()
            .column("size", ["1", "2"])
            .column("colour", ["red", "blue"])
    };
    let upstream = server_predicting(json!([
        {"classes": ["a", "b"], "scores": [0.9, 0.1]},
        {"classes": ["a", "b"], "scores": [0.2, 0.8]},
    ]))
    .await;
    let classes = predict!(backend(&upstream), "123", TabularClassification, table());
    assert_eq!(classes.expect("the call should succeed"), json!(["a", "b"]));
    assert_eq!(
        path_and_body(&upstream).1,
        json!({"instances": [{"size": 1, "colour": "red"}, {"size": 2, "colour": "blue"}]})
    );
    let upstream = server_predicting(json!([{"value": 1.5, "lower_bound": 1.0}, 2.5])).await;
    let numbers = predict!(backend(&upstream), "123", TabularRegression, table());
    assert_eq!(numbers.expect("the call should succeed"), json!([1.5, 2.5]));
}

#[tokio::test]
async fn custom_input_is_sent_as_an_instance_or_as_the_raw_body() {
    let answer = json!({"predictions": [1], "model": "m"});
    let upstream = Upstream::always(Answer::json(&answer)).await;
    let output = predict!(backend(&upstream), "123", Custom, json!([{"x": 1}]));
    assert_eq!(output.expect("the call should succeed"), answer);
    assert_eq!(path_and_body(&upstream).1, json!({"instances": [{"x": 1}]}));

    use inference_runtime::{
        __private::{Model, Operation, Spec},
        Receive,
        task::{Custom, CustomParameters},
    };
    static MODELS: [Model; 1] = [Model::new("it", "123", "")];
    static RAW: Operation<Custom> = Operation::new(Spec::new("services::raw", &MODELS));
    let upstream = Upstream::always(Answer::json(&json!({"any": "thing"}))).await;
    let inference = super::runtime(backend(&upstream));
    let mut parameters = CustomParameters::default();
    parameters.set("raw", &true);
    let call = RAW
        .call(&inference, &json!({"odd": 1}))
        .parameters(parameters);
    assert_eq!(
        Value::receive(call).await.expect("the call should succeed"),
        json!({"any": "thing"})
    );
    assert_eq!(
        path_and_body(&upstream),
        (format!("/v1/{ENDPOINTS}/123:rawPredict"), json!({"odd": 1}))
    );
}

#[tokio::test]
async fn chat_uses_the_openai_format() {
    let upstream = Upstream::always(Answer::json(&chat_response("Lima."))).await;
    let reply = predict!(
        backend(&upstream),
        "google/gemini-2.5-flash",
        ChatCompletion,
        "Where?"
    );
    assert_eq!(
        reply.expect("the call should succeed")["message"]["content"],
        "Lima."
    );
    let (path, body) = path_and_body(&upstream);
    assert_eq!(
        path,
        format!("/v1beta1/{ENDPOINTS}/openapi/chat/completions")
    );
    assert_eq!(body["model"], "google/gemini-2.5-flash");

    // A dedicated endpoint serves one model.
    let upstream = Upstream::always(openai_stream()).await;
    let chunks = stream_chunks(backend(&upstream), &CHAT).await;
    assert_eq!(chunks.expect("the stream should not fail"), ["Li", "ma"]);
    let (path, body) = path_and_body(&upstream);
    assert_eq!(path, format!("/v1beta1/{ENDPOINTS}/m/chat/completions"));
    assert_eq!(body["model"], "");
}

/// Builds a backend whose token provider returns numbered tokens, and the counter of its calls.
fn with_counted_tokens(builder: VertexBuilder) -> (Vertex, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let provider = move || {
        let number = counted.fetch_add(1, Ordering::SeqCst);
        std::future::ready(Ok::<_, Infallible>(format!("access-token-{number}").into()))
    };
    let vertex = builder
        .token_provider(provider)
        .build()
        .expect("the backend should build");
    (vertex, count)
}

#[tokio::test]
async fn rejected_token_is_replaced_once() {
    let upstream = Upstream::respond_with(|request| {
        if request.header("authorization") == "Bearer access-token-0" {
            Answer::json(
                &json!({"error": {"code": 401, "message": "expired", "status": "UNAUTHENTICATED"}}),
            )
            .with_status(401)
        } else {
            Answer::json(&json!({"predictions": [[{"label": "GOOD", "score": 0.9}]]}))
        }
    })
    .await;
    let (vertex, count) = with_counted_tokens(builder_for(&upstream));
    predict!(vertex, "123", TextClassification, "fine").expect("the call should succeed");
    assert_eq!(
        (upstream.request_count(), count.load(Ordering::SeqCst)),
        (2, 2)
    );

    let upstream = Upstream::always(Answer::status(401)).await;
    let (vertex, count) = with_counted_tokens(builder_for(&upstream));
    let (kind, message) = kind_and_message(predict!(vertex, "123", TextClassification, "fine"));
    assert_eq!(kind, ErrorKind::Unauthorized);
    assert!(message.contains("`cloud-platform`"), "{message}");
    assert_eq!(
        (upstream.request_count(), count.load(Ordering::SeqCst)),
        (2, 2)
    );

    // A fixed token is not requested again.
    let upstream = Upstream::always(Answer::status(401)).await;
    kind_and_message(predict!(
        backend(&upstream),
        "123",
        TextClassification,
        "fine"
    ));
    assert_eq!(upstream.request_count(), 1);
}

#[tokio::test]
async fn missing_token_prevents_the_request() {
    let upstream = server_predicting(json!([])).await;
    let without_token = builder_for(&upstream)
        .build()
        .expect("the backend should build");
    assert_eq!(
        without_token
            .check_configured()
            .expect_err("the token should be missing")
            .kind(),
        ErrorKind::NotConfigured
    );
    let failing = builder_for(&upstream)
        .token_provider(|| {
            std::future::ready(Err::<_, std::io::Error>(
                std::io::ErrorKind::NotFound.into(),
            ))
        })
        .build()
        .expect("the backend should build");
    let (kind, _) = kind_and_message(predict!(failing, "123", TextClassification, "fine"));
    assert_eq!(kind, ErrorKind::Unreachable);
    assert_eq!(upstream.request_count(), 0);
}

#[tokio::test]
async fn unsupported_task_or_location_is_reported() {
    let upstream = server_predicting(json!([])).await;
    let (kind, message) = kind_and_message(predict!(
        backend(&upstream),
        "google/x",
        FeatureExtraction,
        "text"
    ));
    assert_eq!(kind, ErrorKind::Unsupported);
    assert!(message.contains("`google/x`"), "{message}");
    let (kind, message) =
        kind_and_message(predict!(backend(&upstream), "123", TextToImage, "a cat"));
    assert_eq!(kind, ErrorKind::Unsupported);
    assert!(message.contains("`chat-completion`"), "{message}");
    assert_eq!(upstream.request_count(), 0);
    for builder in [
        Vertex::builder().location("x"),
        Vertex::builder().project("p").location("a/b"),
        Vertex::builder().project("p").location("-"),
    ] {
        let error = builder
            .build()
            .expect_err("the location should be invalid")
            .to_string();
        assert!(
            error.contains("of Vertex AI is missing or invalid") && error.contains("; help:"),
            "{error}"
        );
    }
}

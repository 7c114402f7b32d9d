//! The KServe V2 protocol.

use std::time::Duration;

use inference_runtime::{
    backend::{KServe, KServeBuilder},
    prelude::*,
};
use inference_tests::upstream::{Answer, Upstream};
use serde_json::{Value, json};

use super::{kind_and_message, predict};

fn builder_for(upstream: &Upstream) -> KServeBuilder {
    KServe::builder().base_url(upstream.url())
}

fn backend(upstream: &Upstream) -> KServe {
    builder_for(upstream)
        .build()
        .expect("the backend should build")
}

fn tensor(name: &str, datatype: &str, shape: Value, data: Value) -> Value {
    json!({"name": name, "datatype": datatype, "shape": shape, "data": data})
}

/// A server of one model, with these inputs in its metadata and these outputs in its responses.
async fn server(inputs: Value, outputs: Value) -> Upstream {
    Upstream::respond_with(move |request| {
        Answer::json(&if request.method == "GET" {
            json!({"name": "m", "versions": ["1"], "platform": "p", "inputs": inputs, "outputs": []})
        } else {
            json!({"model_name": "m", "outputs": outputs})
        })
    })
    .await
}

fn text_input() -> Value {
    json!([{"name": "TEXT", "datatype": "BYTES", "shape": [-1, 1]}])
}

/// Returns the body of the last request.
fn last_body(upstream: &Upstream) -> Value {
    upstream
        .requests()
        .last()
        .expect("there should be a request")
        .json()
}

#[tokio::test]
async fn text_is_sent_as_the_tensor_of_the_metadata() {
    let scores = tensor("scores", "FP32", json!([1, 2]), json!([[0.25, 0.75]]));
    let upstream = server(text_input(), json!([scores])).await;
    let labels = predict!(
        backend(&upstream),
        "m/versions/3",
        TextClassification,
        "fine",
        top_k = 1
    );
    assert_eq!(
        labels.expect("the call should succeed"),
        json!([{"label": "LABEL_1", "score": 0.75}])
    );
    let requests = upstream.requests();
    assert_eq!(
        (requests[0].method.as_str(), requests[0].path.as_str()),
        ("GET", "/v2/models/m/versions/3")
    );
    assert_eq!(
        (requests[1].method.as_str(), requests[1].path.as_str()),
        ("POST", "/v2/models/m/versions/3/infer")
    );
    assert_eq!(
        requests[1].json(),
        json!({"inputs": [{
            "name": "TEXT", "datatype": "BYTES", "shape": [1, 1],
            "parameters": {"content_type": "str"}, "data": ["fine"],
        }]})
    );
}

#[tokio::test]
async fn labels_are_decoded_from_every_form() {
    let expected = json!([{"label": "good", "score": 0.75}, {"label": "bad", "score": 0.25}]);
    for outputs in [
        json!([
            tensor("label", "BYTES", json!([2]), json!(["bad", "good"])),
            tensor("score", "FP32", json!([2]), json!([0.25, 0.75])),
        ]),
        json!([tensor(
            "out",
            "BYTES",
            json!([1, 2]),
            json!(["0.75:1:good", "0.25:0:bad"])
        )]),
        json!([tensor(
            "output",
            "BYTES",
            json!([2, 1]),
            json!([
                "{\"label\":\"good\",\"score\":0.75}",
                "{\"label\":\"bad\",\"score\":0.25}"
            ])
        )]),
    ] {
        let upstream = server(text_input(), outputs.clone()).await;
        let labels = predict!(backend(&upstream), "m", TextClassification, "fine");
        assert_eq!(
            labels.expect("the call should succeed"),
            expected,
            "{outputs}"
        );
    }
}

#[tokio::test]
async fn vectors_and_texts_are_decoded_from_tensors() {
    for (shape, data) in [
        (json!([1, 2]), json!([0.5, -0.5])),
        (json!([2]), json!([0.5, -0.5])),
        (json!([1, 1, 2]), json!([[[0.5, -0.5]]])),
    ] {
        let vectors = tensor("embedding", "FP32", shape, data);
        let other = tensor("mask", "INT64", json!([1]), json!([1]));
        let upstream = server(text_input(), json!([other, vectors])).await;
        let embedding = predict!(backend(&upstream), "m", FeatureExtraction, "text");
        assert_eq!(
            embedding.expect("the call should succeed")["vector"],
            json!([0.5, -0.5])
        );
    }
    for text in [
        "short",
        "{\"summary_text\":\"short\"}",
        "[{\"summary_text\":\"short\"}]",
    ] {
        let texts = tensor("out", "BYTES", json!([1]), json!([text]));
        let upstream = server(text_input(), json!([texts])).await;
        let summary = predict!(backend(&upstream), "m", Summarization, "long");
        assert_eq!(summary.expect("the call should succeed"), "short", "{text}");
    }
}

fn flowers() -> Table {
    Table::new()
        .column("width", ["5.1", "6.2"])
        .column("length", ["1", "2"])
}

#[tokio::test]
async fn table_is_sent_as_one_tensor_or_one_per_column() {
    let classes = json!([tensor("predict", "INT64", json!([2]), json!([0, 2]))]);
    let upstream = server(
        json!([{"name": "X", "datatype": "FP32", "shape": [-1, 2]}]),
        classes.clone(),
    )
    .await;
    let output = predict!(backend(&upstream), "iris", TabularClassification, flowers());
    assert_eq!(output.expect("the call should succeed"), json!(["0", "2"]));
    assert_eq!(
        last_body(&upstream),
        json!({"inputs": [tensor("X", "FP32", json!([2, 2]), json!([5.1, 1.0, 6.2, 2.0]))]})
    );

    let columns = json!([
        {"name": "length", "datatype": "INT64", "shape": [-1, 1]},
        {"name": "width", "datatype": "FP64", "shape": [-1]},
    ]);
    let upstream = server(columns, classes).await;
    let output = predict!(backend(&upstream), "iris", TabularRegression, flowers());
    assert_eq!(output.expect("the call should succeed"), json!([0.0, 2.0]));
    assert_eq!(
        last_body(&upstream),
        json!({"inputs": [
            tensor("length", "INT64", json!([2, 1]), json!([1, 2])),
            tensor("width", "FP64", json!([2]), json!([5.1, 6.2])),
        ]})
    );

    let not_numeric = Table::new()
        .column("width", ["wide"])
        .column("length", ["1"]);
    let upstream = server(json!([]), json!([])).await;
    let (kind, message) = kind_and_message(predict!(
        backend(&upstream),
        "iris",
        TabularRegression,
        not_numeric
    ));
    assert_eq!(kind, ErrorKind::InvalidInput);
    assert!(message.contains("`width`"), "{message}");
}

#[tokio::test]
async fn custom_sends_tensors_unchanged_and_other_input_as_one_tensor() {
    let x = tensor("X", "FP32", json!([1, 2]), json!([1.0, 2.0]));
    let outputs = json!([tensor("Y", "FP32", json!([1]), json!([3.0]))]);
    for (input, body) in [
        (
            json!({"inputs": [x], "outputs": [{"name": "Y"}]}),
            json!({"inputs": [x], "outputs": [{"name": "Y"}]}),
        ),
        (json!([x]), json!({"inputs": [x]})),
    ] {
        let upstream = server(json!(null), outputs.clone()).await;
        let answer = predict!(backend(&upstream), "m", Custom, input);
        assert_eq!(
            answer.expect("the call should succeed"),
            json!({"model_name": "m", "outputs": outputs})
        );
        assert_eq!(
            upstream.request().json(),
            body,
            "no metadata should be requested"
        );
    }
    let upstream = server(json!(null), outputs.clone()).await;
    predict!(backend(&upstream), "m", Custom, json!([[1, 2], [3, 4]]))
        .expect("the call should succeed");
    assert_eq!(
        last_body(&upstream),
        json!({"inputs": [tensor("input-0", "FP32", json!([2, 2]), json!([1, 2, 3, 4]))]})
    );
}

#[tokio::test]
async fn metadata_is_cached_until_it_expires_or_the_model_rejects_the_input() {
    use inference_runtime::{
        __private::{Model, Operation, Spec},
        Receive,
        task::FeatureExtraction,
    };
    static MODELS: [Model; 1] = [Model::new("it", "m", "")];
    static OPERATION: Operation<FeatureExtraction> =
        Operation::new(Spec::new("services::kserve", &MODELS));
    let lookups = |upstream: &Upstream| {
        let requests = upstream.requests();
        requests
            .iter()
            .filter(|request| request.method == "GET")
            .count()
    };
    let vectors = json!([tensor("v", "FP32", json!([1, 1]), json!([1.0]))]);
    let embed =
        async |inference: &Inference| <Vec<f32>>::receive(OPERATION.call(inference, &"text")).await;

    let upstream = server(text_input(), vectors.clone()).await;
    let inference = super::runtime(backend(&upstream));
    for _ in 0..3 {
        embed(&inference).await.expect("the call should succeed");
    }
    assert_eq!((lookups(&upstream), upstream.request_count()), (1, 4));

    let upstream = server(text_input(), vectors).await;
    let inference = super::runtime(
        builder_for(&upstream)
            .metadata_ttl(Duration::ZERO)
            .build()
            .expect("the backend should build"),
    );
    for _ in 0..2 {
        embed(&inference).await.expect("the call should succeed");
    }
    assert_eq!(lookups(&upstream), 2);

    let upstream = Upstream::respond_with(|request| {
        if request.method == "GET" {
            Answer::json(&json!({"name": "m", "inputs": text_input()}))
        } else {
            Answer::json(&json!({"error": "unexpected input"})).with_status(400)
        }
    })
    .await;
    let inference = super::runtime(backend(&upstream));
    for _ in 0..2 {
        let error = embed(&inference)
            .await
            .expect_err("the model should reject the input");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    assert_eq!(lookups(&upstream), 2);
}

#[tokio::test]
async fn is_ready_reports_the_readiness_of_server_and_model() {
    let upstream = Upstream::respond_with(|request| match request.path.as_str() {
        "/v2/health/ready" => Answer::status(200),
        "/v2/models/up/ready" => Answer::json(&json!({"name": "up", "ready": true})),
        "/v2/models/down/ready" => Answer::json(&json!({"name": "down", "ready": false})),
        _ => Answer::json(&json!({"error": "unknown model"})).with_status(404),
    })
    .await;
    let kserve = backend(&upstream);
    assert!(
        kserve
            .is_ready(None)
            .await
            .expect("the request should succeed")
    );
    assert!(
        kserve
            .is_ready(Some("up"))
            .await
            .expect("the request should succeed")
    );
    assert!(
        !kserve
            .is_ready(Some("down"))
            .await
            .expect("the request should succeed")
    );
    assert!(
        !kserve
            .is_ready(Some("none"))
            .await
            .expect("the request should succeed")
    );
    let unreachable = KServe::builder()
        .base_url("http://127.0.0.1:1")
        .build()
        .expect("the backend should build");
    let error = unreachable
        .is_ready(None)
        .await
        .expect_err("the server should be unreachable");
    assert_eq!(error.kind(), ErrorKind::Unreachable);
}

#[tokio::test]
async fn unsupported_model_or_output_is_reported() {
    let two = json!([
        {"name": "A", "datatype": "BYTES", "shape": [1]},
        {"name": "B", "datatype": "FP32", "shape": [1]},
    ]);
    let upstream = server(two, json!([])).await;
    let (kind, message) =
        kind_and_message(predict!(backend(&upstream), "m", FeatureExtraction, "text"));
    assert_eq!(kind, ErrorKind::Unsupported);
    assert!(
        message.contains("`A`, `B`") && message.contains("`custom`"),
        "{message}"
    );

    let numbers = json!([{"name": "A", "datatype": "FP32", "shape": [1]}]);
    let upstream = server(numbers, json!([])).await;
    let (kind, message) =
        kind_and_message(predict!(backend(&upstream), "m", FeatureExtraction, "text"));
    assert_eq!(kind, ErrorKind::Unsupported);
    assert!(message.contains("`A`"), "{message}");

    let upstream = server(
        text_input(),
        json!([tensor("v", "FP32", json!([2, 2]), json!([1]))]),
    )
    .await;
    let (kind, _) = kind_and_message(predict!(backend(&upstream), "m", FeatureExtraction, "text"));
    assert_eq!(kind, ErrorKind::UnexpectedOutput);

    let (kind, message) = kind_and_message(predict!(
        backend(&upstream),
        "a/b",
        FeatureExtraction,
        "text"
    ));
    assert_eq!(kind, ErrorKind::Unsupported);
    assert!(message.contains("`name/versions/3`"), "{message}");
    let (kind, _) = kind_and_message(predict!(backend(&upstream), "m", ChatCompletion, "Hi"));
    assert_eq!(kind, ErrorKind::Unsupported);
}

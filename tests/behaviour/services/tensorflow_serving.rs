//! TensorFlow Serving.

use inference_runtime::{backend::TensorFlowServing, prelude::*};
use inference_tests::upstream::{Answer, Upstream};
use serde_json::json;

use super::{kind_and_message, path_and_body, predict};

fn backend(upstream: &Upstream) -> TensorFlowServing {
    let builder = TensorFlowServing::builder().base_url(upstream.url());
    builder.build().expect("the backend should build")
}

#[tokio::test]
async fn model_name_may_have_a_version_or_a_label() {
    macro_rules! path_of {
        ($model:literal) => {{
            let upstream = Upstream::always(Answer::json(&json!({"predictions": [1]}))).await;
            let answer = predict!(backend(&upstream), $model, Custom, json!([1]));
            answer.expect("the call should succeed");
            path_and_body(&upstream).0
        }};
    }
    assert_eq!(path_of!("half"), "/v1/models/half:predict");
    assert_eq!(
        path_of!("half/versions/3"),
        "/v1/models/half/versions/3:predict"
    );
    assert_eq!(
        path_of!("half@canary"),
        "/v1/models/half/labels/canary:predict"
    );

    let upstream = Upstream::always(Answer::json(&json!({}))).await;
    let (kind, message) =
        kind_and_message(predict!(backend(&upstream), "half/3", Custom, json!([1])));
    assert_eq!(kind, ErrorKind::Unsupported);
    assert!(
        message.contains("`half/3`") && message.contains("`name/versions/3`"),
        "{message}"
    );
    assert_eq!(upstream.request_count(), 0);
}

#[tokio::test]
async fn custom_input_selects_the_method() {
    for (input, method, body) in [
        (
            json!([[1.0, 2.0]]),
            "predict",
            json!({"instances": [[1.0, 2.0]]}),
        ),
        (json!(1.5), "predict", json!({"instances": [1.5]})),
        (
            json!({"inputs": {"x": [1]}, "signature_name": "s"}),
            "predict",
            json!({"inputs": {"x": [1]}, "signature_name": "s"}),
        ),
        (
            json!({"examples": [{"x": 1}]}),
            "classify",
            json!({"examples": [{"x": 1}]}),
        ),
    ] {
        let upstream = Upstream::always(Answer::json(&json!({"outputs": [2]}))).await;
        let answer = predict!(backend(&upstream), "half", Custom, input);
        assert_eq!(
            answer.expect("the call should succeed"),
            json!({"outputs": [2]})
        );
        assert_eq!(
            path_and_body(&upstream),
            (format!("/v1/models/half:{method}"), body)
        );
    }
}

#[tokio::test]
async fn nan_and_infinity_are_decoded_as_null() {
    let body = r#"{"predictions": [NaN, Infinity, -Infinity, 0.5], "note": "NaN"}"#;
    let upstream = Upstream::always(Answer::status(200).body("application/json", body)).await;
    let answer = predict!(backend(&upstream), "half", Custom, json!([1, 2, 3, 4]));
    assert_eq!(
        answer.expect("the call should succeed"),
        json!({"predictions": [null, null, null, 0.5], "note": "NaN"})
    );
}

fn flowers() -> Table {
    Table::new()
        .column("length", ["5.1", "6.2"])
        .column("colour", ["red", "blue"])
}

#[tokio::test]
async fn table_rows_are_sent_as_examples() {
    let examples =
        json!({"examples": [{"length": 5.1, "colour": "red"}, {"length": 6.2, "colour": "blue"}]});
    for name in ["results", "result"] {
        let answer = json!({name: [[["setosa", 0.9], ["virginica", 0.1]], [["setosa", 0.2], ["virginica", 0.8]]]});
        let upstream = Upstream::always(Answer::json(&answer)).await;
        let classes = predict!(backend(&upstream), "iris", TabularClassification, flowers());
        assert_eq!(
            classes.expect("the call should succeed"),
            json!(["setosa", "virginica"])
        );
        let path = "/v1/models/iris:classify".to_owned();
        assert_eq!(path_and_body(&upstream), (path, examples.clone()));
    }
    let upstream = Upstream::always(Answer::json(&json!({"results": [1.5, 2.5]}))).await;
    let numbers = predict!(backend(&upstream), "iris", TabularRegression, flowers());
    assert_eq!(numbers.expect("the call should succeed"), json!([1.5, 2.5]));
    assert_eq!(
        path_and_body(&upstream),
        ("/v1/models/iris:regress".to_owned(), examples)
    );
}

#[tokio::test]
async fn prediction_is_decoded_as_a_vector_or_labels() {
    for answer in [
        json!({"predictions": [[0.5, -0.5]]}),
        json!({"predictions": [{"embedding": [0.5, -0.5], "length": 2}]}),
        json!({"outputs": [[0.5, -0.5]]}),
    ] {
        let upstream = Upstream::always(Answer::json(&answer)).await;
        let embedding = predict!(backend(&upstream), "use", FeatureExtraction, "text");
        assert_eq!(
            embedding.expect("the call should succeed")["vector"],
            json!([0.5, -0.5]),
            "{answer}"
        );
        assert_eq!(path_and_body(&upstream).1, json!({"instances": ["text"]}));
    }
    for (answer, best) in [
        (
            json!({"predictions": [[0.1, 0.9]]}),
            json!({"label": "LABEL_1", "score": 0.9}),
        ),
        (
            json!({"predictions": [[0.75]]}),
            json!({"label": "LABEL_1", "score": 0.75}),
        ),
        (
            json!({"predictions": [{"classes": ["bad", "good"], "scores": [0.1, 0.9]}]}),
            json!({"label": "good", "score": 0.9}),
        ),
    ] {
        let upstream = Upstream::always(Answer::json(&answer)).await;
        let labels = predict!(
            backend(&upstream),
            "mood",
            TextClassification,
            "fine",
            top_k = 1
        );
        assert_eq!(
            labels.expect("the call should succeed"),
            json!([best]),
            "{answer}"
        );
    }
    let upstream = Upstream::always(Answer::json(&json!({"predictions": [[0.1, 0.9]]}))).await;
    let png = Media::new(&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "image/png");
    predict!(backend(&upstream), "cats", ImageClassification, png)
        .expect("the call should succeed");
    assert_eq!(
        path_and_body(&upstream).1,
        json!({"instances": [{"b64": "iVBORw0KGgoAAAANSUhEUg=="}]})
    );
}

#[tokio::test]
async fn unsupported_output_model_or_task_is_reported() {
    let upstream = Upstream::always(Answer::json(&json!({"predictions": ["text"]}))).await;
    let (kind, message) =
        kind_and_message(predict!(backend(&upstream), "m", FeatureExtraction, "text"));
    assert_eq!(kind, ErrorKind::UnexpectedOutput);
    assert!(message.contains("`custom`"), "{message}");

    let message = "Servable not found for request: Latest(x)";
    let not_found = Answer::json(&json!({"error": message})).with_status(404);
    let upstream = Upstream::always(not_found).await;
    let error = predict!(backend(&upstream), "x", Custom, json!([1]))
        .expect_err("the model should be unknown");
    assert_eq!(error.kind(), ErrorKind::ModelNotFound);
    assert_eq!(error.upstream(), Some(message));

    let upstream = Upstream::always(Answer::json(&json!({}))).await;
    let (kind, message) =
        kind_and_message(predict!(backend(&upstream), "m", Summarization, "text"));
    assert_eq!(kind, ErrorKind::Unsupported);
    assert!(message.contains("`tabular-regression`"), "{message}");
    assert_eq!(upstream.request_count(), 0);
}

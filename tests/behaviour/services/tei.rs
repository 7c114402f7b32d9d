//! Text Embeddings Inference.

use std::num::NonZeroUsize;

use inference_runtime::{
    backend::{Tei, TeiBuilder},
    prelude::*,
};
use inference_tests::upstream::{Answer, Upstream};
use serde_json::{Value, json};

use super::{KEY, kind_and_message, path_and_body, predict};

fn builder_for(upstream: &Upstream) -> TeiBuilder {
    Tei::builder().base_url(upstream.url()).api_key(KEY)
}

fn backend(upstream: &Upstream) -> Tei {
    builder_for(upstream)
        .build()
        .expect("the backend should build")
}

#[tokio::test]
async fn embedding_covers_the_text_or_each_token() {
    let upstream = Upstream::always(Answer::json(&json!([[0.6, 0.8]]))).await;
    let embedding = predict!(
        backend(&upstream),
        "m",
        FeatureExtraction,
        "text",
        normalize = true,
        prompt_name = "query".to_owned(),
        truncate = true
    );
    assert_eq!(
        embedding.expect("the call should succeed")["vector"],
        json!([0.6_f32, 0.8_f32])
    );
    assert_eq!(
        path_and_body(&upstream),
        (
            "/embed".to_owned(),
            json!({"inputs": "text", "normalize": true, "prompt_name": "query", "truncate": true})
        )
    );
    assert_eq!(
        upstream.request().header("authorization"),
        format!("Bearer {KEY}")
    );

    let upstream = Upstream::always(Answer::json(&json!([[[1.0, 0.0], [0.0, 1.0]]]))).await;
    let backend = builder_for(&upstream)
        .per_token(true)
        .build()
        .expect("the backend should build");
    let embedding = predict!(backend, "m", FeatureExtraction, "text", normalize = true);
    assert_eq!(
        embedding.expect("the call should succeed"),
        json!({"vector": [0.5, 0.5], "tokens": [[1.0, 0.0], [0.0, 1.0]]})
    );
    assert_eq!(
        path_and_body(&upstream),
        ("/embed_all".to_owned(), json!({"inputs": "text"}))
    );
}

#[tokio::test]
async fn text_that_looks_like_a_json_pair_is_sent_as_text() {
    let labels = json!([{"label": "A", "score": 2.5}, {"label": "B", "score": -1.5}]);
    let upstream = Upstream::always(Answer::json(&labels)).await;
    let output = predict!(
        backend(&upstream),
        "m",
        TextClassification,
        "[\"a\", \"b\"]",
        top_k = 1,
        function_to_apply = inference_runtime::task::FunctionToApply::None
    );
    assert_eq!(
        output.expect("the call should succeed"),
        json!([{"label": "A", "score": 2.5}])
    );
    assert_eq!(
        path_and_body(&upstream),
        (
            "/predict".to_owned(),
            json!({"inputs": "[\"a\", \"b\"]", "raw_scores": true})
        )
    );
    let outcome = predict!(
        backend(&upstream),
        "m",
        TextClassification,
        "fine",
        function_to_apply = inference_runtime::task::FunctionToApply::Sigmoid
    );
    let (kind, message) = kind_and_message(outcome);
    assert_eq!(kind, ErrorKind::Unsupported);
    assert!(message.contains("\"sigmoid\""), "{message}");
}

#[tokio::test]
async fn ranking_above_the_batch_limit_is_split_into_several_requests() {
    let upstream = Upstream::respond_with(|request| {
        let texts = request.json()["texts"]
            .as_array()
            .expect("the value should be an array")
            .len();
        assert!(texts <= 32);
        // Later texts of a batch have higher scores. The server returns them sorted by score.
        let ranked: Vec<Value> = (0..texts)
            .rev()
            .map(|index| json!({"index": index, "score": index as f64 / 100.0}))
            .collect();
        Answer::json(&ranked.into())
    })
    .await;
    let texts: Vec<_> = (0..70).map(|index| format!("text {index}")).collect();
    let ranking = predict!(
        backend(&upstream),
        "m",
        TextRanking,
        Ranking::new("q", texts)
    );
    let ranking = ranking.expect("the call should succeed");
    assert_eq!(upstream.request_count(), 3);
    let requests = upstream.requests();
    assert_eq!(requests[2].path, "/rerank");
    assert_eq!(
        requests[2].json(),
        json!({"query": "q", "texts": ["text 64", "text 65", "text 66", "text 67", "text 68", "text 69"]})
    );
    let ranked = ranking.as_array().expect("the value should be an array");
    let mut indices: Vec<_> = ranked.iter().map(|item| item["index"].as_u64()).collect();
    indices.sort_unstable();
    assert!(indices.into_iter().eq((0..70).map(Some)));
    assert_eq!(
        (&ranked[0]["score"], &ranked[69]["score"]),
        (&json!(0.31), &json!(0.0))
    );
}

#[tokio::test]
async fn split_similarity_requests_repeat_the_source_sentence() {
    let upstream = Upstream::respond_with(|request| {
        let sentences = &request.json()["inputs"]["sentences"];
        let lengths = sentences
            .as_array()
            .expect("the value should be an array")
            .iter();
        Answer::json(
            &lengths
                .map(|text| text.as_str().map_or(0, str::len))
                .collect(),
        )
    })
    .await;
    let backend = builder_for(&upstream).max_batch(NonZeroUsize::MIN.saturating_add(2));
    let sentences = Sentences::new("source", ["a", "bb", "ccc"]);
    let scores = predict!(
        backend.build().expect("the backend should build"),
        "m",
        SentenceSimilarity,
        sentences
    );
    assert_eq!(
        scores.expect("the call should succeed"),
        json!([1.0, 2.0, 3.0])
    );
    let requests = upstream.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[1].path, "/similarity");
    assert_eq!(
        requests[1].json(),
        json!({"inputs": {"source_sentence": "source", "sentences": ["ccc"]}})
    );
}

#[tokio::test]
async fn custom_input_is_sent_unchanged() {
    let upstream = Upstream::always(Answer::json(&json!([[{"index": 5, "value": 0.5}]]))).await;
    let answer = predict!(
        backend(&upstream),
        "m",
        Custom,
        json!({"inputs": "text", "truncate": true})
    );
    assert_eq!(
        answer.expect("the call should succeed"),
        json!([[{"index": 5, "value": 0.5}]])
    );
    assert_eq!(
        path_and_body(&upstream),
        ("/".to_owned(), json!({"inputs": "text", "truncate": true}))
    );
}

#[tokio::test]
async fn errors_map_to_kinds() {
    for (status, error_type, kind) in [
        (400, "Empty", ErrorKind::InvalidInput),
        (413, "Validation", ErrorKind::InputTooLarge),
        (422, "Tokenizer", ErrorKind::InvalidInput),
        (424, "Backend", ErrorKind::Overloaded),
        (429, "Overloaded", ErrorKind::Overloaded),
        (503, "Unhealthy", ErrorKind::Overloaded),
    ] {
        let body = json!({"error": "no", "error_type": error_type});
        let upstream = Upstream::always(Answer::json(&body).with_status(status)).await;
        let outcome = predict!(backend(&upstream), "m", FeatureExtraction, "text");
        assert_eq!(kind_and_message(outcome).0, kind, "{error_type}");
    }
    // The response with status 401 has no body.
    let upstream = Upstream::always(Answer::status(401)).await;
    let (kind, message) =
        kind_and_message(predict!(backend(&upstream), "m", FeatureExtraction, "text"));
    assert_eq!(kind, ErrorKind::Unauthorized);
    assert!(message.contains("`--api-key`"), "{message}");
}

#[tokio::test]
async fn unsupported_task_is_reported() {
    let upstream = Upstream::always(Answer::json(&json!([]))).await;
    let (kind, message) = kind_and_message(predict!(
        backend(&upstream),
        "m",
        TokenClassification,
        "Ada"
    ));
    assert_eq!(kind, ErrorKind::Unsupported);
    assert!(message.contains("`text-ranking`"), "{message}");
    assert_eq!(upstream.request_count(), 0);
}

#[tokio::test]
async fn several_texts_are_sent_as_a_batch_of_single_element_lists() {
    use inference_runtime::{
        __private::{Model, Operation, Spec},
        Receive,
        task::TextClassification,
    };
    static MODELS: [Model; 1] = [Model::new("it", "m", "")];
    static LABEL: Operation<TextClassification> =
        Operation::new(Spec::new("services::labels", &MODELS));
    let answer = json!([[{"label": "A", "score": 0.9}], [{"label": "B", "score": 0.8}]]);
    let upstream = Upstream::always(Answer::json(&answer)).await;
    let inference = super::runtime(backend(&upstream));
    let call = LABEL.call_each(&inference, ["a", "b"]);
    let labels = <Each<Label>>::receive(call)
        .await
        .expect("the call should succeed");
    let labels: Vec<_> = labels
        .into_iter()
        .map(|label| label.expect("every prediction should succeed").label)
        .collect();
    assert_eq!(labels, ["A", "B"]);
    assert_eq!(upstream.request().json(), json!({"inputs": [["a"], ["b"]]}));
}

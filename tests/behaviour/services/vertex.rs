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

use super::{CHAT, KEY, ask, asked, chat_reply, openai_stream, pieces, told};

const PLACE: &str = "projects/p/locations/europe-west4/endpoints";

fn at(upstream: &Upstream) -> VertexBuilder {
    Vertex::builder()
        .project("p")
        .location("europe-west4")
        .base_url(upstream.url())
}

fn backend(upstream: &Upstream) -> Vertex {
    at(upstream).token(KEY).build().expect("a backend")
}

async fn predicting(predictions: Value) -> Upstream {
    Upstream::answering(Answer::json(
        &json!({"predictions": predictions, "deployedModelId": "7"}),
    ))
    .await
}

#[tokio::test]
async fn a_task_is_one_instance_as_the_containers_take_it() {
    let upstream = predicting(json!([[{"label": "GOOD", "score": 0.9}]])).await;
    let labels = ask!(
        backend(&upstream),
        "123",
        TextClassification,
        "fine",
        top_k = 1
    );
    assert_eq!(
        labels.expect("labels"),
        json!([{"label": "GOOD", "score": 0.9}])
    );
    assert_eq!(
        asked(&upstream),
        (
            format!("/v1/{PLACE}/123:predict"),
            json!({"instances": [{"inputs": "fine", "parameters": {"top_k": 1}}]})
        )
    );
    assert_eq!(
        upstream.request().header("authorization"),
        format!("Bearer {KEY}")
    );

    let upstream = predicting(json!([[[0.5, -0.5]]])).await;
    let embedding = ask!(
        backend(&upstream),
        "123",
        FeatureExtraction,
        "text",
        normalize = true
    );
    assert_eq!(embedding.expect("a vector")["vector"], json!([0.5, -0.5]));
    assert_eq!(
        asked(&upstream).1,
        json!({"instances": [{"inputs": "text", "normalize": true}]})
    );

    let upstream = predicting(json!([[{"index": 0, "score": 0.9}]])).await;
    let ranking = ask!(
        backend(&upstream),
        "123",
        TextRanking,
        Ranking::new("q", ["a"])
    );
    assert_eq!(
        ranking.expect("a ranking"),
        json!([{"index": 0, "score": 0.9}])
    );
    assert_eq!(
        asked(&upstream).1,
        json!({"instances": [{"query": "q", "texts": ["a"]}]})
    );

    let upstream = predicting(json!([" upon a time"])).await;
    let text = ask!(backend(&upstream), "123", TextGeneration, "Once");
    assert_eq!(text.expect("a text")["generated_text"], " upon a time");
}

#[tokio::test]
async fn rows_are_instances() {
    let table = || {
        Table::new()
            .column("size", ["1", "2"])
            .column("colour", ["red", "blue"])
    };
    let upstream = predicting(json!([
        {"classes": ["a", "b"], "scores": [0.9, 0.1]},
        {"classes": ["a", "b"], "scores": [0.2, 0.8]},
    ]))
    .await;
    let classes = ask!(backend(&upstream), "123", TabularClassification, table());
    assert_eq!(classes.expect("classes"), json!(["a", "b"]));
    assert_eq!(
        asked(&upstream).1,
        json!({"instances": [{"size": 1, "colour": "red"}, {"size": 2, "colour": "blue"}]})
    );
    let upstream = predicting(json!([{"value": 1.5, "lower_bound": 1.0}, 2.5])).await;
    let numbers = ask!(backend(&upstream), "123", TabularRegression, table());
    assert_eq!(numbers.expect("numbers"), json!([1.5, 2.5]));
}

#[tokio::test]
async fn custom_predicts_or_passes_any_body() {
    let answer = json!({"predictions": [1], "model": "m"});
    let upstream = Upstream::answering(Answer::json(&answer)).await;
    let got = ask!(backend(&upstream), "123", Custom, json!([{"x": 1}]));
    assert_eq!(got.expect("an answer"), answer);
    assert_eq!(asked(&upstream).1, json!({"instances": [{"x": 1}]}));

    use inference_runtime::{
        __private::{Model, Operation, Spec},
        Receive,
        task::{Custom, CustomParameters},
    };
    static MODELS: [Model; 1] = [Model::new("it", "123", "")];
    static RAW: Operation<Custom> = Operation::new(Spec::new("services::raw", &MODELS));
    let upstream = Upstream::answering(Answer::json(&json!({"any": "thing"}))).await;
    let inference = super::runtime(backend(&upstream));
    let mut parameters = CustomParameters::default();
    parameters.set("raw", &true);
    let call = RAW
        .call(&inference, &json!({"odd": 1}))
        .parameters(parameters);
    assert_eq!(
        Value::receive(call).await.expect("an answer"),
        json!({"any": "thing"})
    );
    assert_eq!(
        asked(&upstream),
        (format!("/v1/{PLACE}/123:rawPredict"), json!({"odd": 1}))
    );
}

#[tokio::test]
async fn a_chat_goes_by_openais_form() {
    let upstream = Upstream::answering(Answer::json(&chat_reply("Lima."))).await;
    let reply = ask!(
        backend(&upstream),
        "google/gemini-2.5-flash",
        ChatCompletion,
        "Where?"
    );
    assert_eq!(reply.expect("a reply")["message"]["content"], "Lima.");
    let (path, body) = asked(&upstream);
    assert_eq!(path, format!("/v1beta1/{PLACE}/openapi/chat/completions"));
    assert_eq!(body["model"], "google/gemini-2.5-flash");

    // An endpoint of one's own has one model.
    let upstream = Upstream::answering(openai_stream()).await;
    let pieces = pieces(backend(&upstream), &CHAT).await;
    assert_eq!(pieces.expect("a stream"), ["Li", "ma"]);
    let (path, body) = asked(&upstream);
    assert_eq!(path, format!("/v1beta1/{PLACE}/m/chat/completions"));
    assert_eq!(body["model"], "");
}

/// A provider whose tokens count up, and the count.
fn counting(builder: VertexBuilder) -> (Vertex, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let provider = move || {
        let number = counted.fetch_add(1, Ordering::SeqCst);
        std::future::ready(Ok::<_, Infallible>(format!("access-token-{number}").into()))
    };
    let vertex = builder.token_provider(provider).build().expect("a backend");
    (vertex, count)
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    let upstream = Upstream::with(|request| {
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
    let (vertex, count) = counting(at(&upstream));
    ask!(vertex, "123", TextClassification, "fine").expect("labels");
    assert_eq!((upstream.count(), count.load(Ordering::SeqCst)), (2, 2));

    let upstream = Upstream::answering(Answer::status(401)).await;
    let (vertex, count) = counting(at(&upstream));
    let (kind, message) = told(ask!(vertex, "123", TextClassification, "fine"));
    assert_eq!(kind, ErrorKind::Unauthorized);
    assert!(message.contains("`cloud-platform`"), "{message}");
    assert_eq!((upstream.count(), count.load(Ordering::SeqCst)), (2, 2));

    // A provider with nothing else is not asked about the same token again.
    let upstream = Upstream::answering(Answer::status(401)).await;
    told(ask!(backend(&upstream), "123", TextClassification, "fine"));
    assert_eq!(upstream.count(), 1);
}

#[tokio::test]
async fn without_a_token_it_is_not_asked() {
    let upstream = predicting(json!([])).await;
    let none = at(&upstream).build().expect("built");
    assert_eq!(
        none.check_configured().expect_err("no token").kind(),
        ErrorKind::NotConfigured
    );
    let failing = at(&upstream)
        .token_provider(|| {
            std::future::ready(Err::<_, std::io::Error>(
                std::io::ErrorKind::NotFound.into(),
            ))
        })
        .build()
        .expect("built");
    let (kind, _) = told(ask!(failing, "123", TextClassification, "fine"));
    assert_eq!(kind, ErrorKind::Unreachable);
    assert_eq!(upstream.count(), 0);
}

#[tokio::test]
async fn what_it_cannot_do_is_said() {
    let upstream = predicting(json!([])).await;
    let (kind, message) = told(ask!(
        backend(&upstream),
        "google/x",
        FeatureExtraction,
        "text"
    ));
    assert_eq!(kind, ErrorKind::Unsupported);
    assert!(message.contains("`google/x`"), "{message}");
    let (kind, message) = told(ask!(backend(&upstream), "123", TextToImage, "a cat"));
    assert_eq!(kind, ErrorKind::Unsupported);
    assert!(message.contains("`chat-completion`"), "{message}");
    assert_eq!(upstream.count(), 0);
    for builder in [
        Vertex::builder().location("x"),
        Vertex::builder().project("p").location("a/b"),
        Vertex::builder().project("p").location("-"),
    ] {
        let error = builder.build().expect_err("no place").to_string();
        assert!(
            error.contains("of Vertex AI is missing or invalid") && error.contains("; help:"),
            "{error}"
        );
    }
}

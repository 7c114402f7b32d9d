//! Round trips of every task: the URL, the request body, and the decoded output.

use std::collections::BTreeMap;

use axum::{Json, Router, routing::post};
use inference_runtime::{prelude::*, task};
use inference_tests::{
    client::post_json,
    upstream::{Answer, Upstream},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::builder_for;

/// Defines a handler that takes `$input` as JSON and returns `$output` as JSON.
macro_rules! handler {
    ($name:ident, $task:literal, $input:ty => $output:ty $(, $($parameter:tt)+)?) => {
        #[infer(
            model = "org/model",
            task = $task,
            input = input,
            timeout = "5s"
            $(, parameters($($parameter)+))?
        )]
        async fn $name(
            Json(input): Json<$input>,
            #[prediction] answer: $output,
        ) -> Result<Json<$output>, InferenceError> {
            Ok(Json(answer))
        }
    };
}

handler!(text_classification, "text-classification", String => Vec<Label>, top_k = 2);
handler!(zero_shot, "zero-shot-classification", String => Label, candidate_labels = ["refund", "praise"], multi_label = true);
handler!(tokens, "token-classification", String => Vec<Entity>, ignore_labels = ["O"]);
handler!(question, "question-answering", Question => task::Answer, top_k = 1);
handler!(table_question, "table-question-answering", TableQuestion => TableAnswer, sequential = false);
handler!(summary, "summarization", String => String, clean_up_tokenization_spaces = true);
handler!(translation, "translation", String => String, src_lang = "en", tgt_lang = "fr");
handler!(generation, "text-generation", String => Generation, max_new_tokens = 5, temperature = 0.5);
handler!(fill_mask, "fill-mask", String => MaskFill, top_k = 1);
handler!(embedding, "feature-extraction", String => Vec<f32>, normalize = true);
handler!(bare_embedding, "feature-extraction", String => Embedding);
handler!(similarity, "sentence-similarity", Sentences => Vec<f32>);
handler!(ranking, "text-ranking", Ranking => Vec<Ranked>);
handler!(custom, "custom", Value => Value, beams = 4, mode = "fast");

#[infer(model = "org/model", task = "custom", input = input, timeout = "5s")]
async fn structured(
    Json(input): Json<Point>,
    #[prediction] point: Structured<Point>,
) -> Result<Json<Point>, InferenceError> {
    Ok(Json(point.0))
}

#[derive(Clone, Serialize, Deserialize)]
struct Point {
    axes: BTreeMap<String, f64>,
}

fn app(upstream: &Upstream) -> Router {
    let inference = Inference::builder()
        .backend(
            "hf",
            builder_for(upstream)
                .build()
                .expect("the backend should build"),
        )
        .build()
        .expect("the runtime should build");
    Router::new()
        .route("/text-classification", post(text_classification))
        .route("/zero-shot-classification", post(zero_shot))
        .route("/token-classification", post(tokens))
        .route("/question-answering", post(question))
        .route("/table-question-answering", post(table_question))
        .route("/summarization", post(summary))
        .route("/translation", post(translation))
        .route("/text-generation", post(generation))
        .route("/fill-mask", post(fill_mask))
        .route("/feature-extraction", post(embedding))
        .route("/bare-feature-extraction", post(bare_embedding))
        .route("/sentence-similarity", post(similarity))
        .route("/text-ranking", post(ranking))
        .route("/custom", post(custom))
        .route("/structured", post(structured))
        .layer(inference.layer())
}

struct Case {
    /// The route of the handler.
    route: &'static str,
    /// The input of the handler.
    input: Value,
    /// The exact body sent to the service.
    body: &'static str,
    /// The response of the service.
    answer: Value,
    /// The output of the handler.
    output: Value,
}

fn cases() -> Vec<Case> {
    let entity = json!({"entity_group": "PER", "score": 0.9, "word": "Ada", "start": 0, "end": 3});
    let answer = json!({"answer": "Lima", "score": 0.9, "start": 0, "end": 4});
    let table = json!({"city": ["Oslo", "Lima"], "people": ["709", "10092"]});
    let cell =
        json!({"answer": "Lima", "coordinates": [[1, 0]], "cells": ["Lima"], "aggregator": "NONE"});
    let fill = json!({"sequence": "It is good.", "score": 0.5, "token": 204, "token_str": "good"});
    let ranked = json!([{"index": 1, "score": 0.9}, {"index": 0, "score": 0.1}]);
    let labels = json!([{"label": "POSITIVE", "score": 0.9}, {"label": "NEGATIVE", "score": 0.1}]);
    let point = json!({"axes": {"x": 1.0, "y": 2.0}});
    vec![
        Case {
            route: "text-classification",
            input: json!("say \"hi\"\n"),
            body: r#"{"inputs":"say \"hi\"\n","parameters":{"top_k":2}}"#,
            answer: json!([labels]),
            output: labels,
        },
        Case {
            route: "zero-shot-classification",
            input: json!("money back"),
            body: r#"{"inputs":"money back","parameters":{"candidate_labels":["refund","praise"],"multi_label":true}}"#,
            answer: json!({"sequence": "money back", "labels": ["refund", "praise"], "scores": [0.8, 0.2]}),
            output: json!({"label": "refund", "score": 0.8}),
        },
        Case {
            route: "token-classification",
            input: json!("Ada"),
            body: r#"{"inputs":"Ada","parameters":{"ignore_labels":["O"]}}"#,
            answer: json!([entity]),
            output: json!([entity]),
        },
        Case {
            route: "question-answering",
            input: json!({"question": "Where?", "context": "Lima"}),
            body: r#"{"inputs":{"question":"Where?","context":"Lima"},"parameters":{"top_k":1}}"#,
            answer: answer.clone(),
            output: answer,
        },
        Case {
            route: "table-question-answering",
            input: json!({"question": "Largest?", "table": table}),
            body: r#"{"inputs":{"query":"Largest?","table":{"city":["Oslo","Lima"],"people":["709","10092"]}},"parameters":{"sequential":false}}"#,
            answer: cell.clone(),
            output: cell,
        },
        Case {
            route: "summarization",
            input: json!("long"),
            body: r#"{"inputs":"long","parameters":{"clean_up_tokenization_spaces":true}}"#,
            answer: json!([{"summary_text": "short"}]),
            output: json!("short"),
        },
        Case {
            route: "translation",
            input: json!("good day"),
            body: r#"{"inputs":"good day","parameters":{"src_lang":"en","tgt_lang":"fr"}}"#,
            answer: json!([{"translation_text": "bonjour"}]),
            output: json!("bonjour"),
        },
        Case {
            route: "text-generation",
            input: json!("Once"),
            body: r#"{"inputs":"Once","parameters":{"max_new_tokens":5,"temperature":0.5},"stream":false}"#,
            answer: json!([{"generated_text": "Once upon"}]),
            output: json!({"generated_text": "Once upon"}),
        },
        Case {
            route: "fill-mask",
            input: json!("It is [MASK]."),
            body: r#"{"inputs":"It is [MASK].","parameters":{"top_k":1}}"#,
            answer: json!([fill]),
            output: fill,
        },
        Case {
            route: "feature-extraction",
            input: json!("text"),
            body: r#"{"inputs":"text","normalize":true}"#,
            answer: json!([0.5, -0.5]),
            output: json!([0.5, -0.5]),
        },
        Case {
            route: "bare-feature-extraction",
            input: json!("text"),
            body: r#"{"inputs":"text"}"#,
            answer: json!([[[1.0, 0.0], [0.0, 1.0]]]),
            output: json!({"vector": [0.5, 0.5], "tokens": [[1.0, 0.0], [0.0, 1.0]]}),
        },
        Case {
            route: "sentence-similarity",
            input: json!({"source_sentence": "a", "sentences": ["b", "c"]}),
            body: r#"{"inputs":{"source_sentence":"a","sentences":["b","c"]}}"#,
            answer: json!([0.25, 0.75]),
            output: json!([0.25, 0.75]),
        },
        Case {
            route: "text-ranking",
            input: json!({"query": "a", "texts": ["b", "c"]}),
            body: r#"{"inputs":{"query":"a","texts":["b","c"]}}"#,
            answer: ranked.clone(),
            output: ranked,
        },
        Case {
            route: "custom",
            input: json!({"any": [1, null]}),
            body: r#"{"inputs":{"any":[1,null]},"parameters":{"beams":4,"mode":"fast"}}"#,
            answer: json!({"odd": true}),
            output: json!({"odd": true}),
        },
        Case {
            route: "structured",
            input: point.clone(),
            body: r#"{"inputs":{"axes":{"x":1.0,"y":2.0}}}"#,
            answer: point.clone(),
            output: point,
        },
    ]
}

#[tokio::test]
async fn every_task_is_encoded_and_decoded() {
    for case in cases() {
        let upstream = Upstream::always(Answer::json(&case.answer)).await;
        let reply = post_json(&app(&upstream), &format!("/{}", case.route), &case.input).await;
        assert_eq!(reply.status, 200, "{}: {}", case.route, reply.text());
        assert_eq!(reply.json(), case.output, "{}", case.route);

        let request = upstream.request();
        assert_eq!(request.text(), case.body);
        let task = case.route.trim_start_matches("bare-");
        let path = match task {
            "feature-extraction" | "sentence-similarity" | "text-ranking" => {
                format!("/hf-inference/models/org/model/pipeline/{task}")
            }
            _ => "/hf-inference/models/org/model".to_owned(),
        };
        assert_eq!(request.path, path);
    }
}

//! The tasks on text.

use inference_runtime::task::{
    AggregationStrategy, FeatureExtraction, FillMask, FunctionToApply, Padding, Question,
    QuestionAnswering, SentenceSimilarity, Sentences, Summarization, Table, TableQuestion,
    TableQuestionAnswering, TextClassification, TextGeneration, TokenClassification, Translation,
    Truncation, TruncationDirection, ZeroShotClassification,
};
use serde_json::json;

use crate::case::{Case, case};

pub(crate) async fn cases() -> Vec<Case> {
    let mut cases = classification().await;
    cases.extend(question_answering().await);
    cases.extend(text_generation().await);
    cases.extend(embedding().await);
    cases
}

async fn classification() -> Vec<Case> {
    vec![
        case::<TextClassification, _>(
            "Superb!".to_owned(),
            |all| {
                all.function_to_apply = Some(FunctionToApply::None);
                all.top_k = Some(2);
            },
            json!([{"label": "POSITIVE", "score": 0.9}, {"label": "NEGATIVE", "score": 0.1}]),
        )
        .await,
        case::<ZeroShotClassification, _>(
            "Where is my parcel?".to_owned(),
            |all| {
                all.candidate_labels = vec!["delivery".to_owned(), "praise".to_owned()];
                all.hypothesis_template = Some("It is about {}.".to_owned());
                all.multi_label = Some(true);
            },
            json!([{"label": "delivery", "score": 0.9}, {"label": "praise", "score": 0.1}]),
        )
        .await,
        case::<TokenClassification, _>(
            "Ada wrote it".to_owned(),
            |all| {
                all.aggregation_strategy = Some(AggregationStrategy::Average);
                all.ignore_labels = Some(vec!["O".to_owned()]);
                all.stride = Some(2);
            },
            json!([
                {"entity_group": "PER", "score": 0.9, "word": "Ada", "start": 0, "end": 3},
                {"entity": "B-PER", "score": 0.9, "word": "ada", "start": 0, "end": 3},
            ]),
        )
        .await,
    ]
}

async fn question_answering() -> Vec<Case> {
    vec![
        case::<QuestionAnswering, _>(
            Question::new("Where?", "In Lima."),
            |all| {
                all.align_to_words = Some(true);
                all.doc_stride = Some(64);
                all.handle_impossible_answer = Some(false);
                all.max_answer_len = Some(15);
                all.max_question_len = Some(64);
                all.max_seq_len = Some(384);
                all.top_k = Some(1);
            },
            json!([{"answer": "Lima", "score": 0.9, "start": 3, "end": 7}]),
        )
        .await,
        case::<TableQuestionAnswering, _>(
            TableQuestion::new(
                "How many people live in Lima?",
                Table::new()
                    .column("city", ["Oslo", "Lima"])
                    .column("people", [709, 10_092]),
            ),
            |all| {
                all.padding = Some(Padding::Longest);
                all.sequential = Some(false);
                all.truncation = Some(true);
            },
            json!([{
                "answer": "SUM > 10092",
                "coordinates": [[1, 1]],
                "cells": ["10092"],
                "aggregator": "SUM",
            }]),
        )
        .await,
    ]
}

async fn text_generation() -> Vec<Case> {
    vec![
        case::<Summarization, _>(
            "A long text.".to_owned(),
            |all| {
                all.clean_up_tokenization_spaces = Some(true);
                all.generate_parameters = Some(json!({"max_length": 20}));
                all.truncation = Some(Truncation::LongestFirst);
            },
            json!({"summary_text": "A text."}),
        )
        .await,
        case::<Translation, _>(
            "Good morning".to_owned(),
            |all| {
                all.clean_up_tokenization_spaces = Some(true);
                all.generate_parameters = Some(json!({"num_beams": 4}));
                all.src_lang = Some("en".to_owned());
                all.tgt_lang = Some("pt".to_owned());
                all.truncation = Some(Truncation::OnlyFirst);
            },
            json!({"translation_text": "Bom dia"}),
        )
        .await,
        case::<FillMask, _>(
            "It is [MASK].".to_owned(),
            |all| {
                all.targets = Some(vec!["good".to_owned()]);
                all.top_k = Some(1);
            },
            // The schema describes `token_str` and requires `tokenStr`.
            json!([{
                "sequence": "It is good.",
                "score": 0.5,
                "token": 204,
                "token_str": "good",
                "tokenStr": "good",
            }]),
        )
        .await,
        generation().await,
    ]
}

async fn generation() -> Case {
    let token = json!({"id": 5, "text": " on", "logprob": -0.1, "special": false});
    let mut sequence = json!({
        "finish_reason": "length",
        "generated_tokens": 1,
        "prefill": [{"id": 4, "text": "And", "logprob": -0.2}],
        "seed": 7,
        "tokens": [token],
        "top_tokens": [[token]],
    });
    let mut details = sequence.clone();
    sequence["generated_text"] = json!(" on");
    details["best_of_sequences"] = json!([sequence]);
    case::<TextGeneration, _>(
        "And so".to_owned(),
        |all| {
            all.adapter_id = Some("org/adapter".to_owned());
            all.best_of = Some(2);
            all.decoder_input_details = Some(true);
            all.details = Some(true);
            all.do_sample = Some(true);
            all.frequency_penalty = Some(0.1);
            all.grammar = Some(json!({
                "type": "json_schema",
                "value": {"name": "city", "schema": {"type": "string"}},
            }));
            all.max_new_tokens = Some(20);
            all.repetition_penalty = Some(1.1);
            all.return_full_text = Some(false);
            all.seed = Some(7);
            all.stop = Some(vec![".".to_owned()]);
            all.temperature = Some(0.5);
            all.top_k = Some(5);
            all.top_n_tokens = Some(2);
            all.top_p = Some(0.9);
            all.truncate = Some(100);
            all.typical_p = Some(0.9);
            all.watermark = Some(false);
        },
        json!({"generated_text": " on", "details": details}),
    )
    .await
}

async fn embedding() -> Vec<Case> {
    vec![
        case::<FeatureExtraction, _>(
            "A text".to_owned(),
            |all| {
                all.dimensions = Some(2);
                all.normalize = Some(true);
                all.prompt_name = Some("query".to_owned());
                all.truncate = Some(true);
                all.truncation_direction = Some(TruncationDirection::Left);
            },
            json!([[0.6, 0.8]]),
        )
        .await,
        case::<SentenceSimilarity, _>(
            Sentences::new("A ship", ["A boat", "A cat"]),
            |_| {},
            json!([0.9, 0.1]),
        )
        .await,
    ]
}

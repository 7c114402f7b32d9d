use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::{
    Embedding, FeatureExtraction, FeatureExtractionParameters, Ranked, Ranking, SentenceSimilarity,
    SentenceSimilarityParameters, Sentences, TextRanking, TextRankingParameters,
};
use crate::task::{
    Task, TruncationDirection,
    testing::{assert_decodes, assert_input_rejected, assert_rejected, inputs, wire},
};

fn text() -> String {
    "Today is a sunny day".to_owned()
}

fn pooled() -> Embedding {
    Embedding {
        vector: vec![0.2, -1.0],
        tokens: Some(vec![vec![0.1, -1.0], vec![0.3, -1.0]]),
    }
}

#[test]
fn embeddings_are_decoded_at_every_depth() {
    let vector = || Embedding::new([0.006305, -0.7, 1e-7]);
    let base64 = BASE64_STANDARD.encode([0.5_f32, -2.25].map(f32::to_le_bytes).concat());
    assert_decodes::<FeatureExtraction>(
        &text(),
        &[
            ("1: sentence-transformers", "[0.006305,-0.7,1e-7]", vector()),
            ("2: as specified", "[[0.006305,-0.7,1e-7]]", vector()),
            ("2: the tokens of the text", "[[0.1,-1],[0.3,-1]]", pooled()),
            ("3: transformers", "[[[0.1,-1],[0.3,-1]]]", pooled()),
            (
                "3: a single token",
                "[[[0.25,4]]]",
                Embedding {
                    vector: vec![0.25, 4.0],
                    tokens: Some(vec![vec![0.25, 4.0]]),
                },
            ),
            (
                "4: transformers, from a list of inputs",
                "[[[[0.1,-1],[0.3,-1]]]]",
                pooled(),
            ),
            (
                "OpenAI's form",
                r#"{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.006305,-0.7,1e-7]}],"model":"m","usage":{"prompt_tokens":5,"total_tokens":5}}"#,
                vector(),
            ),
            (
                "OpenAI's form in base64",
                &format!(r#"{{"data":[{{"embedding":"{base64}"}}]}}"#),
                Embedding::new([0.5, -2.25]),
            ),
        ],
    );
}

#[test]
fn error_names_the_mismatch_in_an_embedding() {
    let infinite = BASE64_STANDARD.encode(f32::INFINITY.to_le_bytes());
    assert_rejected::<FeatureExtraction>(
        &text(),
        &[
            ("[]", "expected a list of numbers, found an empty list"),
            (
                "[[]]",
                "expected a list of numbers at `[0]`, found an empty list",
            ),
            (
                "[[[]]]",
                "expected a list of numbers at `[0][0]`, found an empty list",
            ),
            (
                "[[[[]]]]",
                "expected a list of numbers at `[0][0][0]`, found an empty list",
            ),
            (
                "[[[[[1]]]]]",
                "expected lists up to 4 deep, found deeper ones",
            ),
            ("[1,null]", "expected a finite number at `[1]`, found null"),
            ("[1,[2]]", "expected a finite number at `[1]`, found a list"),
            (
                "[[1],2]",
                "expected a list of numbers at `[1]`, found a number",
            ),
            (
                "[1e300]",
                "a number too large for single precision, at `[0]`",
            ),
            (
                "[[1,2],[1]]",
                "expected 2 numbers as in the first vector, found 1, at `[1]`",
            ),
            (
                "[[[1,2],[1]]]",
                "expected 2 numbers as in the first vector, found 1, at `[0][1]`",
            ),
            (
                "[[[1]],[[2]]]",
                "expected the features of one text, found those of 2",
            ),
            (
                "[[[[1]],[[2]]]]",
                "expected the features of one text, found those of 2, at `[0]`",
            ),
            (
                r#"{"error":"Model too busy"}"#,
                "expected a list of numbers, found an object of `error`",
            ),
            (
                r#"{"data":[]}"#,
                "expected the features of one text, found those of 0",
            ),
            (
                r#"{"data":[{"embedding":"!"}]}"#,
                "expected numbers in base64, found other text, at `data[0].embedding`",
            ),
            (
                r#"{"data":[{"embedding":"AAAAAAA="}]}"#,
                "expected numbers in base64, found other text, at `data[0].embedding`",
            ),
            (
                &format!(r#"{{"data":[{{"embedding":"{infinite}"}}]}}"#),
                "expected finite numbers, found a non-finite one, at `data[0].embedding`",
            ),
        ],
    );
}

#[test]
fn embedding_converts_to_its_vector() {
    assert_eq!(Vec::from(pooled()), [0.2, -1.0]);
    assert_eq!(pooled().as_ref(), [0.2, -1.0]);
}

fn sentences() -> Sentences {
    Sentences::new("a cat", ["a dog", "a car"])
}

#[test]
fn similarities_are_decoded_and_counted() {
    assert_decodes::<SentenceSimilarity>(
        &sentences(),
        &[(
            "as recorded",
            "[0.6623499393463135,-0.01]",
            vec![0.66234994, -0.01],
        )],
    );
    assert_rejected::<SentenceSimilarity>(
        &sentences(),
        &[
            (
                "[0.5]",
                "expected a number for each of the 2 sentences, found 1",
            ),
            (
                "[0.5,0.1,0.2]",
                "expected a number for each of the 2 sentences, found 3",
            ),
            (
                "[]",
                "expected a number for each of the 2 sentences, found 0",
            ),
            (
                "[0.5,null]",
                "expected a finite number at `[1]`, found null",
            ),
            (
                "[[0.5,0.1]]",
                "expected a finite number at `[0]`, found a list",
            ),
            (
                r#"{"error":["field required: inputs -> source_sentence"]}"#,
                "expected a list of numbers, found an object of `error`",
            ),
        ],
    );
    assert_input_rejected::<SentenceSimilarity>(
        &Sentences::new("a cat", [""; 0]),
        "`sentences` is empty; help: add at least one sentence to compare with",
    );
}

fn ranking() -> Ranking {
    Ranking::new("What is a panda?", ["hi", "a bear", "a car"])
}

#[test]
fn rankings_are_decoded_and_checked() {
    assert_decodes::<TextRanking>(
        &ranking(),
        &[
            (
                "as text-embeddings-inference answers",
                r#"[{"index":1,"score":0.9987},{"index":0,"score":0.01},{"index":2,"score":-3}]"#,
                vec![
                    Ranked::new(1, 0.9987),
                    Ranked::new(0, 0.01),
                    Ranked::new(2, -3.0),
                ],
            ),
            (
                "in another order, and with the texts",
                r#"[{"index":0,"score":0.01,"text":"hi"},{"index":1,"score":0.9987,"text":"a bear"}]"#,
                vec![Ranked::new(1, 0.9987), Ranked::new(0, 0.01)],
            ),
        ],
    );
    assert_rejected::<TextRanking>(
        &ranking(),
        &[
            (
                r#"[{"index":3,"score":1}]"#,
                "the index 3 is out of range for 3 texts, at `[0]`",
            ),
            (
                r#"[{"index":0,"score":1},{"index":0,"score":0.5}]"#,
                "the index 0 is repeated, at `[1]`",
            ),
            (
                r#"[{"index":-1,"score":1}]"#,
                "expected a whole number from 0 at `[0].index`, found a number",
            ),
            (
                r#"[{"index":0,"score":null}]"#,
                "expected a finite number at `[0].score`, found null",
            ),
            ("[]", "expected a list of ranked texts, found an empty list"),
        ],
    );
    assert_input_rejected::<TextRanking>(
        &Ranking::new("?", [""; 0]),
        "`texts` is empty; help: add at least one text to rank",
    );
}

#[test]
fn inputs_and_parameters_are_encoded() {
    assert_eq!(
        inputs::<FeatureExtraction>(&text()),
        r#""Today is a sunny day""#
    );
    const { assert!(FeatureExtraction::PARAMETERS_AT_ROOT) };
    let parameters = FeatureExtractionParameters {
        dimensions: Some(256),
        normalize: Some(true),
        prompt_name: Some("query".into()),
        truncate: Some(true),
        truncation_direction: Some(TruncationDirection::Left),
    };
    assert_eq!(
        wire(&parameters),
        r#"{"dimensions":256,"normalize":true,"prompt_name":"query","truncate":true,"truncation_direction":"left"}"#
    );

    assert_eq!(
        inputs::<SentenceSimilarity>(&sentences()),
        r#"{"source_sentence":"a cat","sentences":["a dog","a car"]}"#
    );
    assert_eq!(SentenceSimilarity::size(&sentences()), 15);
    assert_eq!(wire(&SentenceSimilarityParameters::default()), "{}");

    assert_eq!(
        inputs::<TextRanking>(&ranking()),
        r#"{"query":"What is a panda?","texts":["hi","a bear","a car"]}"#
    );
    assert_eq!(TextRanking::size(&ranking()), 29);
    assert_eq!(wire(&TextRankingParameters::default()), "{}");
}

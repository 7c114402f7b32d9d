use serde_json::json;

use super::{
    FillMask, FillMaskParameters, Generation, MaskFill, Summarization, SummarizationParameters,
    TextGeneration, TextGenerationParameters, Translation, TranslationParameters,
};
use crate::{
    backend::Usage,
    task::{
        Truncation,
        testing::{assert_decodes, assert_parameters_rejected, assert_rejected, inputs, wire},
    },
};

fn text() -> String {
    "The capital of France is".to_owned()
}

#[test]
fn summarization_is_decoded_in_every_form() {
    let summary = || "It is 324 m tall.".to_owned();
    assert_decodes::<Summarization>(
        &text(),
        &[
            (
                "as recorded, a list",
                r#"[{"summary_text":"It is 324 m tall."}]"#,
                summary(),
            ),
            (
                "as specified, an object",
                r#"{"summary_text":"It is 324 m tall."}"#,
                summary(),
            ),
            (
                "a model for any text to text",
                r#"[{"generated_text":"It is 324 m tall."}]"#,
                summary(),
            ),
            (
                "several, the first of which counts",
                r#"[{"summary_text":"It is 324 m tall."},{"summary_text":"Tall."}]"#,
                summary(),
            ),
            ("an empty text", r#"[{"summary_text":""}]"#, String::new()),
        ],
    );
    assert_rejected::<Summarization>(
        &text(),
        &[
            (
                "[]",
                "expected a text in an object or a list, found an empty list",
            ),
            (
                r#"[{"translation_text":"Il"}]"#,
                "expected the field `summary_text`, found an object of `translation_text`, at `[0]`",
            ),
            (
                r#"[{"summary_text":null}]"#,
                "expected text at `[0].summary_text`, found null",
            ),
            (r#"["It"]"#, "expected an object at `[0]`, found text"),
        ],
    );
}

#[test]
fn translation_is_decoded_in_every_form() {
    assert_decodes::<Translation>(
        &text(),
        &[
            (
                "as recorded, a list",
                r#"[{"translation_text":"Mein Name ist Łukasz"}]"#,
                "Mein Name ist Łukasz".to_owned(),
            ),
            (
                "as specified, an object",
                r#"{"translation_text":"Ja"}"#,
                "Ja".to_owned(),
            ),
            (
                "in a list for the one input",
                r#"[[{"translation_text":"Ja"}]]"#,
                "Ja".to_owned(),
            ),
        ],
    );
    assert_rejected::<Translation>(
        &text(),
        &[
            (
                r#"{"error":"Unable to find src_lang"}"#,
                "expected the field `translation_text`, found an object of `error`",
            ),
            (
                r#""Ja""#,
                "expected a text in an object or a list, found text",
            ),
        ],
    );
}

#[test]
fn one_language_without_the_other_is_rejected() {
    let languages = |src: Option<&str>, tgt: Option<&str>| TranslationParameters {
        src_lang: src.map(str::to_owned),
        tgt_lang: tgt.map(str::to_owned),
        ..TranslationParameters::default()
    };
    assert_parameters_rejected::<Translation>(
        &text(),
        &languages(Some("en"), None),
        "`src_lang` requires `tgt_lang`; help: set both or neither",
    );
    assert_parameters_rejected::<Translation>(
        &text(),
        &languages(None, Some("de")),
        "`tgt_lang` requires `src_lang`; help: set both or neither",
    );
}

fn usage(input: Option<u64>, output: Option<u64>) -> Option<Usage> {
    Some(Usage {
        input_tokens: input,
        output_tokens: output,
    })
}

#[test]
fn text_generation_is_decoded_in_every_form() {
    assert_decodes::<TextGeneration>(
        &text(),
        &[
            (
                "as recorded, a list",
                r#"[{"generated_text":" Paris."}]"#,
                Generation::new(" Paris."),
            ),
            (
                "as text-generation-inference answers `/generate`",
                r#"{"generated_text":" Paris.","details":null}"#,
                Generation::new(" Paris."),
            ),
            (
                "with details",
                r#"[{"generated_text":" Paris.","details":{"finish_reason":"length","generated_tokens":2,"seed":42,"prefill":[],"tokens":[{"id":3681,"text":" Paris","logprob":-0.5,"special":false}]}}]"#,
                Generation {
                    finish_reason: Some("length".to_owned()),
                    usage: usage(None, Some(2)),
                    ..Generation::new(" Paris.")
                },
            ),
            (
                "with the input's tokens",
                r#"{"generated_text":" Paris.","details":{"finish_reason":"eos_token","generated_tokens":2,"prefill":[{"id":0,"text":"<s>","logprob":null},{"id":1,"text":"The"}],"tokens":[],"best_of_sequences":[]}}"#,
                Generation {
                    finish_reason: Some("eos_token".to_owned()),
                    usage: usage(Some(2), Some(2)),
                    ..Generation::new(" Paris.")
                },
            ),
            (
                "with the input's length",
                r#"[[{"generated_text":"","details":{"finish_reason":"stop_sequence","generated_tokens":1,"input_length":5,"prefill":[],"tokens":[]}}]]"#,
                Generation {
                    finish_reason: Some("stop_sequence".to_owned()),
                    usage: usage(Some(5), Some(1)),
                    ..Generation::new("")
                },
            ),
            (
                "OpenAI's completions",
                r#"{"id":"","object":"text_completion","created":1,"model":"m","choices":[{"index":0,"text":" Paris.","logprobs":null,"finish_reason":"stop","seed":1},{"index":1,"text":"?"}],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}}"#,
                Generation {
                    finish_reason: Some("stop".to_owned()),
                    usage: usage(Some(5), Some(2)),
                    ..Generation::new(" Paris.")
                },
            ),
            (
                "completions with few fields",
                r#"{"choices":[{"text":" Paris.","finish_reason":null}],"usage":null}"#,
                Generation::new(" Paris."),
            ),
            (
                "a chat in the place of completions",
                r#"{"choices":[{"message":{"role":"assistant","content":"Paris."},"finish_reason":"eos"}],"usage":{}}"#,
                Generation {
                    finish_reason: Some("eos".to_owned()),
                    ..Generation::new("Paris.")
                },
            ),
        ],
    );
}

#[test]
fn error_names_the_mismatch_in_a_generation() {
    assert_rejected::<TextGeneration>(
        &text(),
        &[
            (
                "[]",
                "expected a generated text or a list of them, found an empty list",
            ),
            (
                r#"{"error":"Input validation error","error_type":"validation"}"#,
                "expected the field `generated_text`, found an object of `error`, `error_type`",
            ),
            (
                r#"[{"generated_text":"","details":{"generated_tokens":"2"}}]"#,
                "expected a whole number from 0 at `[0].details.generated_tokens`, found text",
            ),
            (
                r#"{"choices":[]}"#,
                "expected a choice, found none, at `choices`",
            ),
            (
                r#"{"choices":[{"message":{"content":null}}]}"#,
                "expected text at `choices[0].message.content`, found null",
            ),
            (
                r#"{"choices":[{"index":0}]}"#,
                "expected the field `text`, found an object of `index`, at `choices[0]`",
            ),
            (
                r#"{"choices":[{"text":""}],"usage":{"prompt_tokens":-1}}"#,
                "expected a whole number from 0 at `usage.prompt_tokens`, found a number",
            ),
        ],
    );
}

fn fill(sequence: &str, score: f64, token: u64, token_str: &str) -> MaskFill {
    MaskFill {
        sequence: sequence.to_owned(),
        score,
        token,
        token_str: token_str.to_owned(),
    }
}

#[test]
fn fill_mask_is_decoded_in_every_form() {
    let paris = || fill("paris is", 0.4167, 3000, "paris");
    let lille = || fill("lille is", 0.0714, 22479, "lille");
    assert_decodes::<FillMask>(
        &text(),
        &[
            (
                "as recorded",
                r#"[{"score":0.4167,"token":3000,"token_str":"paris","sequence":"paris is"},{"score":0.0714,"token":22479,"token_str":"lille","sequence":"lille is"}]"#,
                vec![paris(), lille()],
            ),
            (
                "spelled as in the specification's list of required fields",
                r#"[{"score":0.4167,"token":3000,"tokenStr":"paris","sequence":"paris is"}]"#,
                vec![paris()],
            ),
            (
                "in a list for the one mask",
                r#"[[{"score":0.0714,"token":22479,"token_str":"lille","sequence":"lille is"},{"score":0.4167,"token":3000,"token_str":"paris","sequence":"paris is"}]]"#,
                vec![paris(), lille()],
            ),
            (
                "several masks, one after the other",
                r#"[[{"score":0.0714,"token":22479,"token_str":"lille","sequence":"lille is"}],[{"score":0.1,"token":1,"token_str":"a","sequence":"a"},{"score":0.2,"token":2,"token_str":"b","sequence":"b"}]]"#,
                vec![lille(), fill("b", 0.2, 2, "b"), fill("a", 0.1, 1, "a")],
            ),
        ],
    );
    assert_rejected::<FillMask>(
        &text(),
        &[
            ("[]", "expected a list of words, found an empty list"),
            (
                "[[],[]]",
                "expected a list of words at `[0]`, found an empty list",
            ),
            (
                r#"[{"score":0.1,"token":null,"token_str":"a","sequence":"a"}]"#,
                "expected a token id at `[0].token`, found null",
            ),
            (
                r#"[[{"score":0.1,"token":1,"token_str":"a","sequence":"a"}],[{"score":0.1,"token":1,"sequence":"a"}]]"#,
                "expected the field `token_str`, found an object of `score`, `sequence`, `token`, at `[1][0]`",
            ),
            (
                r#"{"error":["No mask_token (<mask>) found on the input"]}"#,
                "expected the field `sequence`, found an object of `error`",
            ),
        ],
    );
}

#[test]
fn best_word_has_the_highest_score() {
    let best = MaskFill::best(&[fill("", 0.1, 1, "a"), fill("", 0.3, 2, "b")]);
    assert_eq!(best.map(|fill| fill.token), Some(2));
}

#[test]
fn inputs_and_parameters_are_encoded() {
    assert_eq!(
        inputs::<FillMask>(&"[MASK] is".to_owned()),
        r#""[MASK] is""#
    );
    let parameters = FillMaskParameters {
        targets: Some(vec!["paris".into()]),
        top_k: Some(1),
    };
    assert_eq!(wire(&parameters), r#"{"targets":["paris"],"top_k":1}"#);

    assert_eq!(inputs::<Summarization>(&"long".to_owned()), r#""long""#);
    let parameters = SummarizationParameters {
        clean_up_tokenization_spaces: Some(true),
        generate_parameters: Some(json!({"max_new_tokens": 60})),
        truncation: Some(Truncation::OnlyFirst),
    };
    assert_eq!(
        wire(&parameters),
        r#"{"clean_up_tokenization_spaces":true,"generate_parameters":{"max_new_tokens":60},"truncation":"only_first"}"#
    );

    assert_eq!(inputs::<Translation>(&"yes".to_owned()), r#""yes""#);
    let parameters = TranslationParameters {
        src_lang: Some("eng_Latn".into()),
        tgt_lang: Some("deu_Latn".into()),
        ..TranslationParameters::default()
    };
    assert_eq!(
        wire(&parameters),
        r#"{"src_lang":"eng_Latn","tgt_lang":"deu_Latn"}"#
    );

    assert_eq!(inputs::<TextGeneration>(&"yes".to_owned()), r#""yes""#);
    let parameters = TextGenerationParameters {
        grammar: Some(json!({"type": "regex", "value": "a+"})),
        seed: Some(u64::MAX),
        stop: Some(vec!["\n".into()]),
        temperature: Some(0.7),
        ..TextGenerationParameters::default()
    };
    assert_eq!(
        wire(&parameters),
        r#"{"grammar":{"type":"regex","value":"a+"},"seed":18446744073709551615,"stop":["\n"],"temperature":0.7}"#
    );
    assert_eq!(wire(&TextGenerationParameters::default()), "{}");
}

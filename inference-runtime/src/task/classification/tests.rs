use super::{
    Label, TextClassification, TextClassificationParameters, ZeroShotClassification,
    ZeroShotClassificationParameters,
};
use crate::task::{
    FunctionToApply, Task,
    testing::{assert_decodes, assert_parameters_rejected, assert_rejected, decode, inputs, wire},
};

fn labels<const N: usize>(labels: [(&str, f64); N]) -> Vec<Label> {
    labels
        .map(|(label, score)| Label::new(label, score))
        .to_vec()
}

fn text() -> String {
    "Great value".to_owned()
}

#[test]
fn text_classification_is_decoded_in_every_form() {
    let sure = || {
        labels([
            ("POSITIVE", 0.9998738765716553),
            ("NEGATIVE", 0.00012611244),
        ])
    };
    assert_decodes::<TextClassification>(
        &text(),
        &[
            (
                "as recorded, a list in a list",
                r#"[[{"label":"POSITIVE","score":0.9998738765716553},{"label":"NEGATIVE","score":0.00012611244}]]"#,
                sure(),
            ),
            (
                "as specified, a flat list",
                r#"[{"label":"POSITIVE","score":0.9998738765716553},{"label":"NEGATIVE","score":0.00012611244}]"#,
                sure(),
            ),
            (
                "in another order",
                r#"[{"label":"NEGATIVE","score":0.00012611244},{"label":"POSITIVE","score":0.9998738765716553}]"#,
                sure(),
            ),
            (
                "the one label alone, with more about it",
                r#"{"label":"POSITIVE","score":1,"rank":{"of":2}}"#,
                labels([("POSITIVE", 1.0)]),
            ),
            (
                "raw scores",
                r#"[[{"label":"5 stars","score":4.1},{"label":"1 star","score":-2.5e-1}]]"#,
                labels([("5 stars", 4.1), ("1 star", -0.25)]),
            ),
        ],
    );
}

#[test]
fn error_names_the_mismatch_in_labels() {
    assert_rejected::<TextClassification>(
        &text(),
        &[
            ("[]", "expected a list of labels, found an empty list"),
            ("[[]]", "expected a list of labels, found an empty list"),
            (
                r#"[[{"label":"A","score":1}],[{"label":"A","score":1}]]"#,
                "expected the answer to one input, found a list of 2",
            ),
            (
                r#"{"error":"overloaded","warnings":[]}"#,
                "expected the field `label`, found an object of `error`, `warnings`",
            ),
            (
                r#"[[{"label":"A","score":0.5},{"label":"B","score":null}]]"#,
                "expected a finite number at `[0][1].score`, found null",
            ),
            (
                r#"[{"label":"A","score":"0.5"}]"#,
                "expected a finite number at `[0].score`, found text",
            ),
            (
                r#"[{"label":7,"score":0.5}]"#,
                "expected text at `[0].label`, found a number",
            ),
            (
                r#"[{"score":0.5}]"#,
                "expected the field `label`, found an object of `score`, at `[0]`",
            ),
            ("[0.1,0.9]", "expected an object at `[0]`, found a number"),
            (r#""POSITIVE""#, "expected a list of labels, found text"),
            ("null", "expected a list of labels, found null"),
        ],
    );
}

#[test]
fn body_that_is_not_json_is_malformed() {
    for (body, detail) in [
        ("", "expected JSON, found an empty body"),
        (" \n", "expected JSON, found an empty body"),
        (
            "<!doctype html><title>502</title>",
            "expected JSON, found HTML",
        ),
        (
            r#"[[{"label":"POSITIVE","sco"#,
            "the JSON is truncated after 26 bytes",
        ),
        (
            "Service Unavailable",
            "expected JSON: expected value at line 1 column 1",
        ),
        (
            r#"[{"label":"A","score":NaN}]"#,
            "expected JSON: expected value at line 1 column 23",
        ),
        (
            r#"[{"label":"A","score":1e999}]"#,
            "expected JSON: number out of range at line 1 column 27",
        ),
        (
            r#"[{"label":"A","score":1}] trailing"#,
            "expected JSON: trailing characters at line 1 column 27",
        ),
    ] {
        let error = decode::<TextClassification>(&text(), body).expect_err(body);
        assert_eq!(error.to_string(), detail, "{body}");
        assert!(error.malformed, "{body}");
    }
}

#[test]
fn scores_survive_serialization_exactly() {
    // A linear congruential generator: reproducible numbers with all digits.
    let mut state = 1_u64;
    for _ in 0..10_000 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let label = Label::new("A", (state >> 11) as f64 / (1_u64 << 53) as f64);
        let json = serde_json::to_string(&label).expect("a label");
        assert_eq!(
            serde_json::from_str::<Label>(&json).expect("a label"),
            label
        );
    }
}

#[test]
fn zero_shot_classification_is_decoded_in_every_form() {
    let sorted = || {
        labels([
            ("refund", 0.8778),
            ("legal, \"formal\"", 0.1052),
            ("faq", 0.017),
        ])
    };
    assert_decodes::<ZeroShotClassification>(
        &text(),
        &[
            (
                "as recorded, names and scores apart",
                r#"{"sequence":"Hi","labels":["refund","legal, \"formal\"","faq"],"scores":[0.8778,0.1052,0.017]}"#,
                sorted(),
            ),
            (
                "as recorded for a list of inputs",
                r#"[{"sequence":"Hi","labels":["refund","legal, \"formal\"","faq"],"scores":[0.8778,0.1052,0.017]}]"#,
                sorted(),
            ),
            (
                "as specified, and in the order of the request",
                r#"[{"label":"faq","score":0.017},{"label":"refund","score":0.8778},{"label":"legal, \"formal\"","score":0.1052}]"#,
                sorted(),
            ),
            (
                "labels in a list for the one input",
                r#"[[{"label":"refund","score":0.8778},{"label":"legal, \"formal\"","score":0.1052},{"label":"faq","score":0.017}]]"#,
                sorted(),
            ),
        ],
    );
}

#[test]
fn error_names_the_mismatch_in_zero_shot_labels() {
    assert_rejected::<ZeroShotClassification>(
        &text(),
        &[
            (
                r#"{"labels":["a","b"],"scores":[1]}"#,
                "expected as many scores as labels, found 2 labels and 1 scores",
            ),
            (
                r#"[{"labels":[],"scores":[]}]"#,
                "expected as many scores as labels, found 0 labels and 0 scores, at `[0]`",
            ),
            (
                r#"{"labels":["a"],"scores":[null]}"#,
                "expected a finite number at `scores[0]`, found null",
            ),
            (
                r#"{"labels":["a"]}"#,
                "expected the field `scores`, found an object of `labels`",
            ),
            ("[]", "expected a list of labels, found an empty list"),
            (
                r#"{"error":"Model is loading"}"#,
                "expected the field `label`, found an object of `error`",
            ),
        ],
    );
}

#[test]
fn invalid_candidates_are_rejected() {
    let with = |labels: &[&str], template: Option<&str>| ZeroShotClassificationParameters {
        candidate_labels: labels.iter().map(|label| (*label).to_owned()).collect(),
        hypothesis_template: template.map(str::to_owned),
        multi_label: None,
    };
    assert_parameters_rejected::<ZeroShotClassification>(
        &text(),
        &with(&[], None),
        "`candidate_labels` is empty; help: name at least one class",
    );
    assert_parameters_rejected::<ZeroShotClassification>(
        &text(),
        &with(&["a", " "], None),
        "one of `candidate_labels` is blank; help: every class needs a name",
    );
    assert_parameters_rejected::<ZeroShotClassification>(
        &text(),
        &with(&["a"], Some("It is so.")),
        "`hypothesis_template` has no placeholder for the class; help: write `{}` in its place",
    );
    let good = with(&["a"], Some("It is {}."));
    assert!(ZeroShotClassification::check(&text(), &good).is_ok());
}

#[test]
fn inputs_and_parameters_are_encoded() {
    assert_eq!(
        inputs::<TextClassification>(&"say \"hi\"\n".to_owned()),
        r#""say \"hi\"\n""#
    );
    assert_eq!(inputs::<ZeroShotClassification>(&String::new()), r#""""#);
    assert_eq!(TextClassification::size(&"Łódź".to_owned()), 7);
    assert_eq!(wire(&TextClassificationParameters::default()), "{}");
    let parameters = TextClassificationParameters {
        function_to_apply: Some(FunctionToApply::Softmax),
        top_k: Some(2),
    };
    assert_eq!(
        wire(&parameters),
        r#"{"function_to_apply":"softmax","top_k":2}"#
    );
    let parameters = ZeroShotClassificationParameters {
        candidate_labels: vec!["a".into()],
        hypothesis_template: None,
        multi_label: Some(true),
    };
    assert_eq!(
        wire(&parameters),
        r#"{"candidate_labels":["a"],"multi_label":true}"#
    );
}

#[test]
fn best_label_has_the_highest_score() {
    let best = Label::best(&labels([("a", 0.1), ("b", 0.7), ("c", 0.7)]));
    assert_eq!(best, Some(Label::new("b", 0.7)));
    assert_eq!(Label::best(&[]), None);
}

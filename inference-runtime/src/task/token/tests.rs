use super::{Entity, TokenClassification, TokenClassificationParameters};
use crate::task::{
    AggregationStrategy,
    testing::{assert_decodes, assert_rejected, inputs, wire},
};

fn entity(group: &str, score: f64, word: &str, start: usize, end: usize) -> Entity {
    Entity {
        entity_group: group.to_owned(),
        score,
        word: word.to_owned(),
        start,
        end,
    }
}

fn text() -> String {
    "My name is Sarah Jessica Parker".to_owned()
}

#[test]
fn token_classification_is_decoded_in_every_form() {
    let sarah = || entity("PER", 0.9991335868835449, "Sarah Jessica Parker", 11, 31);
    assert_decodes::<TokenClassification>(
        &text(),
        &[
            (
                "as recorded",
                r#"[{"entity_group":"PER","score":0.9991335868835449,"word":"Sarah Jessica Parker","start":11,"end":31}]"#,
                vec![sarah()],
            ),
            (
                "tokens that are not joined",
                r#"[{"entity":"B-PER","score":0.99,"index":4,"word":"Sarah","start":11,"end":16},{"entity":"I-PER","score":0.98,"index":5,"word":"\u0023#s","start":16,"end":17}]"#,
                vec![
                    entity("B-PER", 0.99, "Sarah", 11, 16),
                    entity("I-PER", 0.98, "##s", 16, 17),
                ],
            ),
            (
                "both names, one of them null",
                r#"[{"entity":null,"entity_group":"LOC","score":1,"word":"Oslo","start":0,"end":4}]"#,
                vec![entity("LOC", 1.0, "Oslo", 0, 4)],
            ),
            (
                "in a list for the one input",
                r#"[[{"entity_group":"PER","score":0.9991335868835449,"word":"Sarah Jessica Parker","start":11,"end":31}]]"#,
                vec![sarah()],
            ),
            ("nothing found", "[]", vec![]),
            ("nothing found, in a list for the one input", "[[]]", vec![]),
        ],
    );
}

#[test]
fn error_names_the_mismatch_in_an_entity() {
    assert_rejected::<TokenClassification>(
        &text(),
        &[
            (
                r#"[{"entity_group":"PER","score":1,"word":"S","start":9,"end":4}]"#,
                "a span that ends at 4 before it starts at 9, at `[0]`",
            ),
            (
                r#"[{"entity_group":"PER","score":1,"word":"S","start":-1,"end":4}]"#,
                "expected a whole number from 0 at `[0].start`, found a number",
            ),
            (
                r#"[{"entity_group":"PER","score":1,"word":"S","start":null,"end":null}]"#,
                "expected a whole number from 0 at `[0].start`, found null",
            ),
            (
                r#"[{"score":1,"word":"S","start":0,"end":4}]"#,
                "expected the field `entity_group`, found an object of `end`, `score`, `start`, `word`, at `[0]`",
            ),
            (
                r#"[{"entity_group":"PER","word":"S","start":0,"end":4}]"#,
                "expected the field `score`, found an object of `end`, `entity_group`, `start`, `word`, at `[0]`",
            ),
            (
                r#"[[{"label":"POSITIVE","score":0.9}]]"#,
                "expected the field `entity_group`, found an object of `label`, `score`, at `[0][0]`",
            ),
            (r#""PER""#, "expected a list of entities, found text"),
        ],
    );
}

#[test]
fn inputs_and_parameters_are_encoded() {
    assert_eq!(inputs::<TokenClassification>(&"Zoë".to_owned()), r#""Zoë""#);
    let parameters = TokenClassificationParameters {
        aggregation_strategy: Some(AggregationStrategy::Average),
        ignore_labels: Some(vec!["O".into()]),
        stride: Some(16),
    };
    assert_eq!(
        wire(&parameters),
        r#"{"aggregation_strategy":"average","ignore_labels":["O"],"stride":16}"#
    );
    assert_eq!(wire(&TokenClassificationParameters::default()), "{}");
}

use super::*;
use crate::task::{
    Padding, Table, Task,
    media::samples::{PNG, WAV, base64, input},
    testing::{assert_decodes, assert_input_rejected, assert_rejected, inputs, wire},
};

fn question() -> Question {
    Question::new("Where does she live?", "My name is Zoë and I live in Łódź.")
}

fn answer(answer: &str, score: f64, start: usize, end: usize) -> Answer {
    Answer {
        answer: answer.to_owned(),
        score: Some(score),
        start: Some(start),
        end: Some(end),
    }
}

fn cities() -> TableQuestion {
    TableQuestion::new(
        "How many people live in both?",
        Table::new()
            .column("town", ["Oslo", "Lima"])
            .column("people", [709, 10_092]),
    )
}

#[test]
fn question_answering_is_decoded_in_every_form() {
    assert_decodes::<QuestionAnswering>(
        &question(),
        &[
            (
                "as recorded, an object",
                r#"{"score":0.9326565265655518,"start":29,"end":33,"answer":"Łódź"}"#,
                vec![answer("Łódź", 0.9326565265655518, 29, 33)],
            ),
            (
                "as specified, a list, in any order",
                r#"[{"answer":"in Łódź","score":0.1,"start":26,"end":33},{"answer":"Łódź","score":0.9,"start":29,"end":33}]"#,
                vec![answer("Łódź", 0.9, 29, 33), answer("in Łódź", 0.1, 26, 33)],
            ),
            (
                "no answer in the context",
                r#"{"answer":"","score":0.7,"start":0,"end":0}"#,
                vec![answer("", 0.7, 0, 0)],
            ),
            (
                "positions as floating-point numbers",
                r#"{"answer":"Łódź","score":1,"start":29.0,"end":33.0}"#,
                vec![answer("Łódź", 1.0, 29, 33)],
            ),
        ],
    );
}

#[test]
fn error_names_the_mismatch_in_an_answer() {
    assert_rejected::<QuestionAnswering>(
        &question(),
        &[
            (
                r#"{"answer":"Łódź","score":0.9,"start":33,"end":29}"#,
                "a span that ends at 29 before it starts at 33",
            ),
            (
                r#"[{"answer":"Łódź","score":0.9,"start":1.5,"end":29}]"#,
                "expected a whole number from 0 at `[0].start`, found a number",
            ),
            (
                r#"{"answer":null,"score":0.9,"start":0,"end":1}"#,
                "expected text at `answer`, found null",
            ),
            (
                r#"[{"answer":"two"}]"#,
                "expected the field `start`, found an object of `answer`, at `[0]`",
            ),
            (
                "[]",
                "expected an answer or a list of them, found an empty list",
            ),
            ("{}", "expected the field `start`, found an empty object"),
        ],
    );
}

#[test]
fn empty_question_or_context_is_rejected() {
    assert_input_rejected::<QuestionAnswering>(
        &Question::new(" ", "context"),
        "the question is empty",
    );
    assert_input_rejected::<QuestionAnswering>(
        &Question::new("question?", "\n"),
        "the question's context is empty",
    );
}

#[test]
fn byte_range_of_an_answer_is_that_of_its_text() {
    let context = question().context;
    let range = answer("Łódź", 1.0, 29, 33).byte_range(&context);
    assert_eq!(range.map(|range| &context[range]), Some("Łódź"));
    assert_eq!(answer("?", 1.0, 29, 99).byte_range(&context), None);
}

#[test]
fn table_question_answering_is_decoded_in_every_form() {
    let sum = || TableAnswer {
        answer: "SUM > 709, 10092".to_owned(),
        coordinates: vec![[0, 1], [1, 1]],
        cells: vec!["709".to_owned(), "10092".to_owned()],
        aggregator: Some("SUM".to_owned()),
    };
    let object = r#"{"answer":"SUM > 709, 10092","coordinates":[[0,1],[1,1]],"cells":["709","10092"],"aggregator":"SUM"}"#;
    assert_decodes::<TableQuestionAnswering>(
        &cities(),
        &[
            ("as recorded, an object", object, vec![sum()]),
            ("as specified, a list", &format!("[{object}]"), vec![sum()]),
            (
                "without an aggregator",
                r#"{"answer":"Lima","coordinates":[[1,0]],"cells":["Lima"]}"#,
                vec![TableAnswer {
                    answer: "Lima".to_owned(),
                    coordinates: vec![[1, 0]],
                    cells: vec!["Lima".to_owned()],
                    aggregator: None,
                }],
            ),
            (
                "a model that does not select cells",
                r#"[{"answer":" lima","aggregator":null}]"#,
                vec![TableAnswer {
                    answer: " lima".to_owned(),
                    ..TableAnswer::default()
                }],
            ),
        ],
    );
}

#[test]
fn error_names_the_mismatch_in_a_table_answer() {
    assert_rejected::<TableQuestionAnswering>(
        &cities(),
        &[
            (
                r#"{"answer":"x","coordinates":[[0,1,2]],"cells":[]}"#,
                "expected row and column at `coordinates[0]`, found a list",
            ),
            (
                r#"[{"answer":"x","coordinates":[[0,-1]],"cells":[]}]"#,
                "expected a whole number from 0 at `[0].coordinates[0][1]`, found a number",
            ),
            (
                r#"{"answer":"x","coordinates":[],"cells":[709]}"#,
                "expected text at `cells[0]`, found a number",
            ),
            (
                r#"{"error":["Error in `inputs.table`"]}"#,
                "expected the field `answer`, found an object of `error`",
            ),
            (
                "[]",
                "expected an answer or a list of them, found an empty list",
            ),
        ],
    );
}

#[test]
fn invalid_tables_are_rejected() {
    let about = |table| TableQuestion::new("How many?", table);
    for (table, message) in [
        (Table::new(), "the table has no columns"),
        (Table::new().column("a", [0_u8; 0]), "the table has no rows"),
        (
            Table::new().column("a", ["1", "2"]).column("b", ["1"]),
            "the table's column `b` has 1 cells and `a` has 2; help: all columns need the same number of cells",
        ),
        (
            Table::new().column("a", ["1"]).column("a", ["2"]),
            "the table has two columns `a`",
        ),
    ] {
        assert_input_rejected::<TableQuestionAnswering>(&about(table), message);
    }
    assert_input_rejected::<TableQuestionAnswering>(
        &TableQuestion::new("", cities().table),
        "the question is empty",
    );
}

#[test]
fn table_cells_of_any_scalar_type_are_deserialized() {
    let body = r#"{"question":"?","table":{"town":["Oslo",null],"a":[709,-1],"b":[0.5,true]}}"#;
    let question: TableQuestion = serde_json::from_str(body).expect("a question");
    let expected = Table::new()
        .column("town", ["Oslo", ""])
        .column("a", ["709", "-1"])
        .column("b", ["0.5", "true"]);
    assert_eq!(question.table, expected);
    let back = serde_json::to_string(&question).expect("a question");
    assert_eq!(
        serde_json::from_str::<TableQuestion>(&back).expect("a question"),
        question
    );

    for (body, message) in [
        (
            r#"{"a":[["x"]]}"#,
            "invalid type: sequence, expected a text, a number, a boolean or null",
        ),
        (
            "[]",
            "invalid type: sequence, expected an object of columns, each a list of cells",
        ),
    ] {
        let error = serde_json::from_str::<Table>(body)
            .expect_err(body)
            .to_string();
        assert!(error.starts_with(message), "{error}");
    }
}

#[test]
fn inputs_and_parameters_are_encoded() {
    assert_eq!(
        inputs::<QuestionAnswering>(&Question::new("Who?", "Me.")),
        r#"{"question":"Who?","context":"Me."}"#
    );
    // The columns keep their order, to which answers refer.
    assert_eq!(
        inputs::<TableQuestionAnswering>(&cities()),
        r#"{"query":"How many people live in both?","table":{"town":["Oslo","Lima"],"people":["709","10092"]}}"#
    );
    assert_eq!(QuestionAnswering::size(&Question::new("Who?", "Me.")), 7);
    assert_eq!(TableQuestionAnswering::size(&cities()), 29 + 12 + 14);
    let parameters = QuestionAnsweringParameters {
        align_to_words: Some(true),
        doc_stride: Some(1),
        handle_impossible_answer: Some(false),
        max_answer_len: Some(2),
        max_question_len: Some(3),
        max_seq_len: Some(4),
        top_k: Some(5),
    };
    assert_eq!(
        wire(&parameters),
        r#"{"align_to_words":true,"doc_stride":1,"handle_impossible_answer":false,"max_answer_len":2,"max_question_len":3,"max_seq_len":4,"top_k":5}"#
    );
    let parameters = TableQuestionAnsweringParameters {
        padding: Some(Padding::MaxLength),
        sequential: Some(true),
        truncation: Some(true),
    };
    assert_eq!(
        wire(&parameters),
        r#"{"padding":"max_length","sequential":true,"truncation":true}"#
    );
}

#[test]
fn image_questions_are_encoded() {
    let invoice = MediaQuestion::new(input(PNG), "What is the total?");
    let body = format!(
        r#"{{"image":"{}","question":"What is the total?"}}"#,
        base64(PNG)
    );
    assert_eq!(inputs::<DocumentQuestionAnswering>(&invoice), body);
    assert_eq!(inputs::<VisualQuestionAnswering>(&invoice), body);
    assert_eq!(
        VisualQuestionAnswering::size(&invoice),
        PNG.len() + "What is the total?".len()
    );
    assert_input_rejected::<VisualQuestionAnswering>(
        &MediaQuestion::new(input(PNG), " "),
        "the question is empty",
    );
    assert_input_rejected::<DocumentQuestionAnswering>(
        &MediaQuestion::new(input(WAV), "What is the total?"),
        "the input is `audio/x-wav`; help: send an image",
    );
    let mut from_json: MediaQuestion = serde_json::from_value(serde_json::json!({
        "image": "https://images.example.org/invoice.png",
        "question": "What is the total?",
    }))
    .expect("a question");
    let image = DocumentQuestionAnswering::media(&mut from_json).expect("a media input");
    *image = input(PNG);
    assert_eq!(from_json, invoice);
}

#[test]
fn image_answers_are_decoded_in_every_form() {
    let invoice = MediaQuestion::new(input(PNG), "What is the total?");
    let bare = |answer: &str| Answer {
        answer: answer.to_owned(),
        ..Answer::default()
    };
    assert_decodes::<DocumentQuestionAnswering>(
        &invoice,
        &[
            (
                "as recorded, with positions",
                r#"[{"score":0.1,"answer":"13","start":8,"end":8},{"score":0.9,"answer":"12","start":7,"end":7}]"#,
                vec![answer("12", 0.9, 7, 7), answer("13", 0.1, 8, 8)],
            ),
            (
                "as recorded, by a generative model",
                r#"[{"answer":"12"}]"#,
                vec![bare("12")],
            ),
            ("an object", r#"{"answer":"12"}"#, vec![bare("12")]),
            ("a number", r#"[{"answer":12}]"#, vec![bare("12")]),
        ],
    );
    assert_decodes::<VisualQuestionAnswering>(
        &invoice,
        &[(
            "scores alone",
            r#"[{"answer":"cat","score":0.2},{"answer":"dog","score":0.8}]"#,
            vec![
                Answer {
                    score: Some(0.8),
                    ..bare("dog")
                },
                Answer {
                    score: Some(0.2),
                    ..bare("cat")
                },
            ],
        )],
    );
    assert_rejected::<VisualQuestionAnswering>(
        &invoice,
        &[(
            r#"[{"score":0.2}]"#,
            "expected the field `answer`, found an object of `score`, at `[0]`",
        )],
    );
}

#[test]
fn parameters_of_image_questions_are_encoded() {
    let parameters = DocumentQuestionAnsweringParameters {
        lang: Some("eng".to_owned()),
        word_boxes: Some(serde_json::json!([["12", [0, 0, 10, 10]]])),
        ..DocumentQuestionAnsweringParameters::default()
    };
    assert_eq!(
        wire(&parameters),
        r#"{"lang":"eng","word_boxes":[["12",[0,0,10,10]]]}"#
    );
    let parameters = VisualQuestionAnsweringParameters { top_k: Some(2) };
    assert_eq!(wire(&parameters), r#"{"top_k":2}"#);
}

use super::{TabularClassification, TabularRegression};
use crate::task::{
    Table, Task,
    testing::{assert_decodes, assert_input_rejected, assert_rejected, inputs},
};

fn fish() -> Table {
    Table::new()
        .column("Height", [11.5, 12.0])
        .column("Species", ["bream", "pike"])
}

#[test]
fn table_is_encoded_as_columns() {
    let body = r#"{"data":{"Height":["11.5","12"],"Species":["bream","pike"]}}"#;
    assert_eq!(inputs::<TabularClassification>(&fish()), body);
    assert_eq!(inputs::<TabularRegression>(&fish()), body);
    assert_eq!(TabularRegression::size(&fish()), 6 + 4 + 2 + 7 + 5 + 4);
    assert_input_rejected::<TabularRegression>(&Table::new(), "the table has no columns");
}

#[test]
fn one_item_per_row_is_decoded() {
    let classes = |a: &str, b: &str| vec![a.to_owned(), b.to_owned()];
    assert_decodes::<TabularClassification>(
        &fish(),
        &[
            ("numbers", "[0, 1]", classes("0", "1")),
            ("texts", r#"["a","b"]"#, classes("a", "b")),
            ("in a list", r#"[["a","b"]]"#, classes("a", "b")),
        ],
    );
    assert_decodes::<TabularRegression>(
        &fish(),
        &[
            ("numbers", "[1.5, 2]", vec![1.5, 2.0]),
            ("each in a list", "[[1.5], [2]]", vec![1.5, 2.0]),
            ("texts", r#"["1.5","2"]"#, vec![1.5, 2.0]),
        ],
    );
}

#[test]
fn wrong_number_of_items_is_rejected() {
    assert_rejected::<TabularRegression>(
        &fish(),
        &[
            ("[1]", "expected one item for each of 2 rows, found 1"),
            (
                "[[1,2],[3,4]]",
                "expected one item for a row at `[0]`, found a list",
            ),
            (
                r#"["a","b"]"#,
                "expected a finite number at `[0]`, found text",
            ),
            ("[1,null]", "expected a finite number at `[1]`, found null"),
        ],
    );
    assert_rejected::<TabularClassification>(
        &fish(),
        &[(
            "[1,null]",
            "expected a text or a number at `[1]`, found null",
        )],
    );
}

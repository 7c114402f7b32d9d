//! Extracts JSON from a model's text, which may contain other text as well.

use serde::de::DeserializeOwned;
use serde_json::{Deserializer, Error, error::Category, value::RawValue};

/// The maximum number of positions in a text at which a value is searched.
const MAX_TRIES: usize = 64;

/// Parses the whole text; otherwise the content of a code fence; otherwise the first object or list that matches the type.
///
/// A mismatch with the type is reported in preference to a syntax error.
pub(super) fn read<V: DeserializeOwned>(text: &str) -> Result<V, Error> {
    let text = text.trim();
    let mut failure = match serde_json::from_str(text) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    // If the whole text is JSON, it is the answer, even if it has the wrong type.
    if serde_json::from_str::<&RawValue>(text).is_ok() {
        return Err(failure);
    }
    let mut mismatch = false;
    for candidate in fenced(text).chain(embedded(text)) {
        match serde_json::from_str(candidate) {
            Ok(value) => return Ok(value),
            Err(error) if error.classify() == Category::Data && !mismatch => {
                mismatch = true;
                failure = error;
            }
            Err(_) => {}
        }
    }
    Err(failure)
}

/// Returns the contents of code fences, whatever their language.
fn fenced(text: &str) -> impl Iterator<Item = &str> {
    text.split("```")
        .skip(1)
        .step_by(2)
        .filter_map(|block| block.split_once('\n'))
        .map(|(_, code)| code.trim())
}

/// Returns the objects and lists in a text, in order.
fn embedded(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find(['{', '['])?;
        let here = &rest[start..];
        let mut values = Deserializer::from_str(here).into_iter::<&RawValue>();
        let value = values.next().and_then(Result::ok).map(RawValue::get);
        rest = &here[value.map_or(1, str::len)..];
        Some(value)
    })
    .take(MAX_TRIES)
    .flatten()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::read;

    #[derive(Debug, PartialEq, Deserialize)]
    struct City {
        name: String,
    }

    #[test]
    fn value_is_found_anywhere_in_the_text() {
        for (name, text) in [
            ("alone", r#"{"name":"Lima"}"#),
            ("in white space", "\n {\"name\": \"Lima\"}\n"),
            ("in a fence", "```json\n{\"name\":\"Lima\"}\n```"),
            ("in a fence of no language", "```\n{\"name\":\"Lima\"}\n```"),
            ("in a fence on one line", "```{\"name\":\"Lima\"}```"),
            (
                "in a fence in a text",
                "Sure! [1]\n```json\n{\"name\":\"Lima\"}\n```\nAnything else?",
            ),
            (
                "in a text",
                r#"The city is {"name":"Lima"}, as {you} know."#,
            ),
            (
                "behind braces",
                r#"<think>{a} or [b]? { "x": 1 }</think>{"name":"Lima"}"#,
            ),
            ("behind a brace that stays open", r#"{ hm: {"name":"Lima"}"#),
            ("beside other fields", r#"{"land":"Peru","name":"Lima"}"#),
        ] {
            assert_eq!(read::<City>(text).expect(name).name, "Lima", "{name}");
        }
        assert_eq!(read::<u8>("```json\n42\n```").expect("a number"), 42);
    }

    #[test]
    fn error_names_the_mismatch() {
        for (text, message) in [
            (r#"{"nam":"Lima"}"#, "missing field `name`"),
            ("Here: {\"name\": 5}", "expected a string"),
            (r#"{"city":{"name":"Lima"}}"#, "missing field `name`"),
            ("I cannot answer.", "expected value"),
            ("", "EOF"),
            (r#"{"name":"Li"#, "EOF"),
        ] {
            let error = read::<City>(text).expect_err(text).to_string();
            assert!(error.contains(message), "{text}: {error}");
        }
    }

    #[test]
    fn search_in_a_long_text_is_bounded() {
        read::<City>(&"[".repeat(100_000)).expect_err("no value");
        read::<City>(&"{".repeat(100_000)).expect_err("no value");
    }
}

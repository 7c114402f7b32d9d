//! JSON in what a model writes, which is not always JSON and nothing else.

use serde::de::DeserializeOwned;
use serde_json::{Deserializer, Error, error::Category, value::RawValue};

/// How many places of a text are tried.
const MAX_TRIES: usize = 64;

/// Reads the whole text; else what stands in a fence; else the first object or list that fits.
///
/// The error is the one that says most: what does not fit, rather than what is no JSON.
pub(super) fn read<V: DeserializeOwned>(text: &str) -> Result<V, Error> {
    let text = text.trim();
    let mut failure = match serde_json::from_str(text) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    // What is JSON from end to end is the answer, be it wrong.
    if serde_json::from_str::<&RawValue>(text).is_ok() {
        return Err(failure);
    }
    let mut told = false;
    for candidate in fenced(text).chain(embedded(text)) {
        match serde_json::from_str(candidate) {
            Ok(value) => return Ok(value),
            Err(error) if error.classify() == Category::Data && !told => {
                told = true;
                failure = error;
            }
            Err(_) => {}
        }
    }
    Err(failure)
}

/// What stands between the fence's lines, whatever language they name.
fn fenced(text: &str) -> impl Iterator<Item = &str> {
    text.split("```")
        .skip(1)
        .step_by(2)
        .filter_map(|block| block.split_once('\n'))
        .map(|(_, code)| code.trim())
}

/// The objects and lists in a text, the first one first.
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
    fn finds_the_value_wherever_it_stands() {
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
    fn says_what_does_not_fit() {
        for (text, words) in [
            (r#"{"nam":"Lima"}"#, "missing field `name`"),
            ("Here: {\"name\": 5}", "expected a string"),
            (r#"{"city":{"name":"Lima"}}"#, "missing field `name`"),
            ("I cannot answer.", "expected value"),
            ("", "EOF"),
            (r#"{"name":"Li"#, "EOF"),
        ] {
            let error = read::<City>(text).expect_err(text).to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn does_not_look_for_ever() {
        read::<City>(&"[".repeat(100_000)).expect_err("no value");
        read::<City>(&"{".repeat(100_000)).expect_err("no value");
    }
}

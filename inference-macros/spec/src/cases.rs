//! Values and their expected results. The same cases are tested through this crate, `#[infer(...)]` and `inference.toml`.

use crate::Kind::{self, Malformed, NoOrganisation, NoUnit, TooLarge, TooSmall, Unknown};

/// A value as written, and its meaning or the kind of its fault.
pub type Case<T> = (&'static str, Result<T, Kind>);

/// Durations in milliseconds.
pub const DURATIONS: &[Case<u64>] = &[
    ("500ms", Ok(500)),
    ("3s", Ok(3_000)),
    ("5m", Ok(300_000)),
    ("5min", Ok(300_000)),
    ("1h 30m", Ok(5_400_000)),
    ("1h30m", Ok(5_400_000)),
    ("1ms", Ok(1)),
    ("5 S", Ok(5_000)),
    ("500MS", Ok(500)),
    ("1000us", Ok(1)),
    ("500us", Err(TooSmall)),
    ("1500us", Err(Malformed)),
    ("0s", Err(TooSmall)),
    ("0", Err(NoUnit)),
    ("5", Err(NoUnit)),
    ("", Err(Malformed)),
    ("soon", Err(Malformed)),
    ("-1s", Err(Malformed)),
    ("1.5s", Ok(1_500)),
    ("1.5", Err(Malformed)),
    ("5 parsecs", Err(Malformed)),
    ("99999999999999999999s", Err(TooLarge)),
    ("999999999999999999s", Err(TooLarge)),
];

/// Sizes in bytes.
pub const SIZES: &[Case<usize>] = &[
    ("64KB", Ok(64_000)),
    ("64kb", Ok(64_000)),
    ("64 KB", Ok(64_000)),
    ("2MiB", Ok(2_097_152)),
    ("2mib", Ok(2_097_152)),
    ("512B", Ok(512)),
    ("1GiB", Ok(1 << 30)),
    ("512", Err(NoUnit)),
    ("0", Err(NoUnit)),
    ("0B", Err(TooSmall)),
    ("", Err(Malformed)),
    ("KB", Err(Malformed)),
    ("-1KB", Err(Malformed)),
    ("1.5MB", Err(Malformed)),
    ("64kilo", Err(Malformed)),
    ("99999999999GiB", Err(TooLarge)),
    ("99999999999999999999B", Err(TooLarge)),
];

/// Rates: calls, and milliseconds.
pub const RATES: &[Case<(u32, u64)>] = &[
    ("100/s", Ok((100, 1_000))),
    ("30/min", Ok((30, 60_000))),
    ("30 / m", Ok((30, 60_000))),
    ("5/10s", Ok((5, 10_000))),
    ("1000/2h", Ok((1_000, 7_200_000))),
    ("1/d", Ok((1, 86_400_000))),
    ("100/S", Ok((100, 1_000))),
    ("100", Err(NoUnit)),
    ("0/s", Err(TooSmall)),
    ("5/0s", Err(TooSmall)),
    ("", Err(Malformed)),
    ("/s", Err(Malformed)),
    ("5/10", Err(Malformed)),
    ("5/ms", Err(Malformed)),
    ("-1/s", Err(Malformed)),
    ("1.5/s", Err(Malformed)),
    ("100/fortnight", Err(Malformed)),
    ("100 per second", Err(Malformed)),
    ("5000000000/s", Err(TooLarge)),
    ("1/99999999999999999d", Err(TooLarge)),
];

/// Models: backend, name and provider.
pub const MODELS: &[Case<(&str, &str, &str)>] = &[
    ("org/name", Ok(("hf", "org/name", ""))),
    ("hf::org/name", Ok(("hf", "org/name", ""))),
    ("org/name:groq", Ok(("hf", "org/name", "groq"))),
    ("org/name:fastest", Ok(("hf", "org/name", "fastest"))),
    ("local::sentiment", Ok(("local", "sentiment", ""))),
    ("ollama::llama3.2:3b", Ok(("ollama", "llama3.2:3b", ""))),
    ("name", Err(NoOrganisation)),
    ("gpt2", Err(NoOrganisation)),
    ("ollama:llama3.2", Err(NoOrganisation)),
    ("org/name:grok", Err(Unknown)),
    ("org/name:", Err(Unknown)),
    ("local::sentimant", Err(Unknown)),
    ("", Err(Malformed)),
    (" org/name", Err(Malformed)),
    ("org/na me", Err(Malformed)),
    ("org/na--me", Err(Malformed)),
    ("org/", Err(Malformed)),
    ("/name", Err(Malformed)),
    ("../name", Err(Malformed)),
    ("a/b/c", Err(Malformed)),
    ("::x", Err(Malformed)),
    ("ollama::", Err(Malformed)),
    ("My Server::llama", Err(Malformed)),
    ("https://huggingface.co/org/name", Err(Malformed)),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::ModelRef,
        units::{self, milliseconds},
    };

    /// Checks that each text parses as expected, and that the range of an error lies within the text.
    fn check<'a, T: PartialEq + std::fmt::Debug>(
        cases: &[(&'a str, Result<T, Kind>)],
        read: impl Fn(&'a str) -> Result<T, crate::TextError>,
    ) {
        for (text, expected) in cases {
            let read = read(text).map_err(|error| {
                assert!(text.get(error.range.clone()).is_some(), "{text}: {error:?}");
                error.kind
            });
            assert_eq!(read, *expected, "{text}");
        }
    }

    #[test]
    fn texts_are_parsed_as_in_the_cases() {
        check(DURATIONS, |text| units::duration(text).map(milliseconds));
        check(SIZES, units::size);
        check(RATES, |text| {
            let rate = units::rate(text)?;
            Ok((rate.calls.get(), milliseconds(rate.per)))
        });
        check(MODELS, |text| {
            let model = ModelRef::parse(text)?;
            Ok((model.backend, model.name, model.provider))
        });
    }

    #[test]
    fn display_of_a_parsed_model_is_its_text() {
        for (text, expected) in MODELS {
            if expected.is_ok() {
                let model = ModelRef::parse(text).expect(text);
                assert_eq!(model.to_string(), text.trim_start_matches("hf::"));
            }
        }
    }

    #[test]
    fn error_range_covers_only_the_wrong_part() {
        for (text, part) in [
            ("org/name:grok", "grok"),
            ("hf::org/na--me", "org/na--me"),
            ("local::sentimant", "sentimant"),
            ("ollama:llama3.2", "ollama"),
        ] {
            let error = ModelRef::parse(text).expect_err(text);
            assert_eq!(&text[error.range], part, "{text}");
        }
    }
}

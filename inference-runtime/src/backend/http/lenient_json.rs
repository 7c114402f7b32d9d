//! JSON with the number literals that Python's `json` module writes.

/// Literals for floats that JSON cannot represent.
const NON_FINITE: [&[u8]; 3] = [b"-Infinity", b"Infinity", b"NaN"];

/// Replaces bare `NaN`, `Infinity` and `-Infinity` by null; `None` if there are none.
pub(super) fn replace_non_finite(body: &[u8]) -> Option<Vec<u8>> {
    let mut clean = Vec::with_capacity(body.len());
    let mut rest = body;
    let mut in_string = false;
    let mut found = false;
    while let Some((&byte, after)) = rest.split_first() {
        let word = NON_FINITE
            .iter()
            .find(|word| !in_string && rest.starts_with(word));
        if let Some(word) = word {
            clean.extend_from_slice(b"null");
            rest = &rest[word.len()..];
            found = true;
            continue;
        }
        match byte {
            b'"' => in_string = !in_string,
            // The next byte is escaped and does not end the string.
            b'\\' if in_string => {
                let (escape, after) = rest.split_at(rest.len().min(2));
                clean.extend_from_slice(escape);
                rest = after;
                continue;
            }
            _ => {}
        }
        clean.push(byte);
        rest = after;
    }
    found.then_some(clean)
}

#[cfg(test)]
mod tests {
    use super::replace_non_finite;

    #[test]
    fn bare_literals_become_null_and_quoted_ones_stay() {
        let clean = |text: &str| {
            replace_non_finite(text.as_bytes()).map(|clean| String::from_utf8(clean).expect("text"))
        };
        assert_eq!(
            clean(r#"{"predictions":[NaN, -Infinity,Infinity,-1e9,"NaN \" NaN","\\",NaN]}"#)
                .as_deref(),
            Some(r#"{"predictions":[null, null,null,-1e9,"NaN \" NaN","\\",null]}"#)
        );
        assert_eq!(clean(r#"["NaN","\"NaN\\"]"#), None);
        assert_eq!(clean(r#"["\"#), None);
    }
}

//! Redaction of credentials in text from outside, for the log.

/// Longer texts are truncated.
const MAX_CHARS: usize = 1_000;

/// Prefixes of credentials.
const SECRET_PREFIXES: [&str; 9] = [
    "hf_", "api_org_", "sk-", "sk_", "gsk_", "r8_", "ya29.", "AIza", "eyJ",
];

/// Redacts anything that looks like a credential, collapses white space and control characters, and truncates the text
/// to a thousand characters.
///
/// A service may repeat the credential that it was sent, and an HTML page may contain anything.
pub(crate) fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(MAX_CHARS));
    let mut chars = 0;
    let mut after_scheme = false;
    for word in text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
    {
        if !out.is_empty() {
            out.push(' ');
            chars += 1;
        }
        let shown = if after_scheme && word.len() >= 8 {
            "[redacted]".to_owned()
        } else {
            redact_word(word)
        };
        after_scheme = word
            .trim_start_matches(['"', '\'', '`', '('])
            .eq_ignore_ascii_case("bearer");
        for c in shown.chars() {
            if chars == MAX_CHARS {
                out.push('…');
                return out;
            }
            out.push(c);
            chars += 1;
        }
    }
    out
}

/// Redacts the credentials and the URL query in one word, and keeps the rest.
fn redact_word(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut rest = word;
    // Computed once: a word may be of any length.
    let is_address = word.contains("://");
    let is_separator = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    loop {
        let end = rest.find(is_separator).unwrap_or(rest.len());
        let (token, tail) = rest.split_at(end);
        match secret_start(token) {
            Some(start) => {
                out.push_str(&token[..start]);
                out.push_str("[redacted]");
            }
            None => out.push_str(token),
        }
        let mut chars = tail.chars();
        let Some(separator) = chars.next() else {
            return out;
        };
        out.push(separator);
        if separator == '?' && is_address {
            out.push_str("[redacted]");
            return out;
        }
        rest = chars.as_str();
    }
}

/// Returns the start of a credential in a token: at its beginning or after a dot (`header.hf_…`).
fn secret_start(token: &str) -> Option<usize> {
    let after_dots = token.match_indices('.').map(|(dot, _)| dot + 1);
    std::iter::once(0).chain(after_dots).find(|&start| {
        SECRET_PREFIXES.iter().any(|prefix| {
            token[start..].starts_with(prefix) && token.len() - start >= prefix.len() + 8
        })
    })
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn credentials_are_redacted_anywhere_in_the_text() {
        assert_eq!(
            redact("token hf_abcdefghijkl is bad"),
            "token [redacted] is bad"
        );
        assert_eq!(
            redact("header.hf_abcdefghijkl: bad"),
            "header.[redacted]: bad"
        );
        assert_eq!(
            redact("{\"key\":\"sk-1234567890ab\"}"),
            "{\"key\":\"[redacted]\"}"
        );
        assert_eq!(
            redact("Authorization: Bearer my.own.secret x"),
            "Authorization: Bearer [redacted] x"
        );
        assert_eq!(
            redact("at https://a.b/c?api_key=1&x=2"),
            "at https://a.b/c?[redacted]"
        );
    }

    #[test]
    fn short_words_with_a_secret_prefix_are_kept() {
        assert_eq!(
            redact("hf_hub is fine, why? sk-"),
            "hf_hub is fine, why? sk-"
        );
    }

    #[test]
    fn redaction_of_a_long_word_takes_linear_time() {
        // A service may send a megabyte of anything. In quadratic time, this would take minutes.
        for separator in ["?", ".", "\""] {
            let redacted = redact(&separator.repeat(1 << 20));
            assert_eq!(redacted.chars().count(), 1_001, "{separator}");
        }
    }

    #[test]
    fn white_space_is_collapsed_and_long_texts_are_truncated() {
        assert_eq!(redact("a\r\n\tb\u{0}c"), "a b c");
        let redacted = redact(&"é".repeat(5_000));
        assert_eq!(redacted.chars().count(), 1_001);
        assert!(redacted.ends_with('…'));
    }
}

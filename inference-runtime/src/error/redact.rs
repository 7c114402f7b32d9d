//! Texts from outside, made fit for a log.

/// Longer texts are cut: a log line is for reading.
const MAX_CHARS: usize = 1_000;

/// Beginnings of words that are credentials.
const SECRET_PREFIXES: [&str; 9] = [
    "hf_", "api_org_", "sk-", "sk_", "gsk_", "r8_", "ya29.", "AIza", "eyJ",
];

/// Takes out what looks like a credential, folds white space and control characters, and cuts the text at
/// a thousand characters.
///
/// A service may repeat the credential it was sent in its error, and an HTML page may hold anything.
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

/// One word: the credential in it and the query of a URL are taken out, what stands around them stays.
fn redact_word(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut rest = word;
    // Once: a word may be as long as its sender likes.
    let is_address = word.contains("://");
    let part = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    loop {
        let end = rest.find(part).unwrap_or(rest.len());
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

/// Where a credential begins in a run of its characters: at the start or behind a dot (`header.hf_…`).
fn secret_start(token: &str) -> Option<usize> {
    let behind_dots = token.match_indices('.').map(|(dot, _)| dot + 1);
    std::iter::once(0).chain(behind_dots).find(|&start| {
        SECRET_PREFIXES.iter().any(|prefix| {
            token[start..].starts_with(prefix) && token.len() - start >= prefix.len() + 8
        })
    })
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn takes_out_credentials_wherever_they_stand() {
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
    fn keeps_words_that_only_look_alike() {
        assert_eq!(
            redact("hf_hub is fine, why? sk-"),
            "hf_hub is fine, why? sk-"
        );
    }

    #[test]
    fn a_long_word_takes_no_longer_for_what_it_is_made_of() {
        // A service may send a megabyte of anything. Looked through again at every sign, this would take minutes.
        for sign in ["?", ".", "\""] {
            let cut = redact(&sign.repeat(1 << 20));
            assert_eq!(cut.chars().count(), 1_001, "{sign}");
        }
    }

    #[test]
    fn folds_lines_and_cuts_long_texts() {
        assert_eq!(redact("a\r\n\tb\u{0}c"), "a b c");
        let cut = redact(&"é".repeat(5_000));
        assert_eq!(cut.chars().count(), 1_001);
        assert!(cut.ends_with('…'));
    }
}

//! One line of a string with carets below a part of it.

use std::ops::Range;

/// The maximum number of characters shown on either side of the part.
const CONTEXT: usize = 40;

/// Returns the line of `text` in which `part` begins, and a line of carets below it.
pub(super) fn excerpt(text: &str, part: &Range<usize>) -> String {
    let before = text.get(..part.start).unwrap_or_default();
    let line_before = before.rsplit('\n').next().unwrap_or_default();
    let rest = text.get(part.start..).unwrap_or_default();
    let line_after = rest.lines().next().unwrap_or_default();
    let marked = text.get(part.clone()).unwrap_or_default();
    let marked = marked.lines().next().unwrap_or_default().chars().count();

    let cut = line_before.chars().count().saturating_sub(CONTEXT);
    let shown: String = line_before.chars().skip(cut).collect();
    let ellipsis = if cut > 0 { "…" } else { "" };
    let after: String = line_after.chars().take(marked + CONTEXT).collect();
    let more = if after.len() < line_after.len() {
        "…"
    } else {
        ""
    };
    let line: String = format!("{ellipsis}{shown}{after}{more}")
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let indent = ellipsis.chars().count() + shown.chars().count();
    format!(
        "{line}\n{}{}",
        " ".repeat(indent),
        "^".repeat(marked.max(1))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caret_position_counts_characters_not_bytes() {
        assert_eq!(excerpt("Grüß {x}", &(8..9)), "Grüß {x}\n      ^");
    }

    #[test]
    fn long_line_is_truncated_on_both_sides() {
        let text = format!("{}{{x}}{}", "a".repeat(100), "b".repeat(100));
        let (a, b) = ("a".repeat(39), "b".repeat(39));
        assert_eq!(
            excerpt(&text, &(101..102)),
            format!("…{a}{{x}}{b}…\n{}^", " ".repeat(41))
        );
    }
}

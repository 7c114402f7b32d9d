use std::ops::Range;

use super::read::{Mismatch, ReadResult};

/// Converts a range of characters of a text to a range of bytes.
pub(super) fn byte_range(text: &str, start: usize, end: usize) -> Option<Range<usize>> {
    let mut offsets = text
        .char_indices()
        .map(|(offset, _)| offset)
        .chain([text.len()]);
    let from = offsets.nth(start)?;
    let to = match end.checked_sub(start)? {
        0 => from,
        length => offsets.nth(length - 1)?,
    };
    Some(from..to)
}

/// Rejects a span that ends before it starts.
pub(super) fn check(start: usize, end: usize) -> ReadResult<()> {
    if start > end {
        return Err(Mismatch::new(format!(
            "a span that ends at {end} before it starts at {start}"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::byte_range;

    #[test]
    fn byte_range_converts_character_positions() {
        let text = "Zoë lebt in Łódź";
        for (start, end, expected) in [
            (0, 3, Some("Zoë")),
            (12, 16, Some("Łódź")),
            (4, 4, Some("")),
            (16, 16, Some("")),
            (12, 17, None),
            (17, 17, None),
            (3, 0, None),
        ] {
            let found = byte_range(text, start, end).map(|range| &text[range]);
            assert_eq!(found, expected, "{start}..{end}");
        }
    }
}

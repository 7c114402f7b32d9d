//! Finds the placeholders of a template. Their content is scanned only to find the closing brace.

use std::ops::Range;

use super::TemplateError;

/// A part of a template.
pub(super) enum Part {
    /// Literal text, with `{{` and `}}` unescaped.
    Text(String),
    /// The byte range between the braces.
    Placeholder(Range<usize>),
}

/// Splits a template into its parts.
pub(super) fn split(template: &str) -> Result<Vec<Part>, TemplateError> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut at = 0;
    while let Some(c) = rest(template, at).chars().next() {
        let after = at + c.len_utf8();
        match c {
            '{' | '}' if rest(template, after).starts_with(c) => {
                text.push(c);
                at = after + 1;
            }
            '{' => {
                let placeholder = placeholder(template, after)?;
                at = placeholder.end + 1;
                if !text.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut text)));
                }
                parts.push(Part::Placeholder(placeholder));
            }
            '}' => {
                return Err(TemplateError {
                    range: at..after,
                    message: "unmatched `}`".to_owned(),
                    help: "escape a literal brace as `}}`".to_owned(),
                });
            }
            c => {
                text.push(c);
                at = after;
            }
        }
    }
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
    Ok(parts)
}

fn rest(text: &str, at: usize) -> &str {
    text.get(at..).unwrap_or_default()
}

/// Returns the byte range of the placeholder whose expression begins at `start`.
fn placeholder(template: &str, start: usize) -> Result<Range<usize>, TemplateError> {
    let mut open: Vec<char> = Vec::new();
    let mut colon = None;
    let mut at = start;
    while let Some(c) = rest(template, at).chars().next() {
        let here = at;
        at += literal_len(template, at).unwrap_or(c.len_utf8());
        match c {
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' if open.last() == Some(&c) => {
                open.pop();
            }
            '}' if open.is_empty() => return check(template, start..here, colon),
            ')' | ']' | '}' => {
                return Err(TemplateError {
                    range: here..at,
                    message: match open.last() {
                        Some(missing) => format!("expected `{missing}`, found `{c}`"),
                        None => format!("unmatched `{c}`"),
                    },
                    help: "a placeholder is an expression; escape literal braces as `{{` and `}}`"
                        .to_owned(),
                });
            }
            ':' if rest(template, at).starts_with(':') => at += 1,
            ':' if open.is_empty() && colon.is_none() => colon = Some(here),
            _ => {}
        }
    }
    Err(TemplateError {
        range: start.saturating_sub(1)..start,
        message: "unclosed `{`".to_owned(),
        help: "close the placeholder with `}`; escape a literal brace as `{{`".to_owned(),
    })
}

/// Returns the range unless the placeholder is empty or has a format specifier.
fn check(
    template: &str,
    range: Range<usize>,
    colon: Option<usize>,
) -> Result<Range<usize>, TemplateError> {
    let source = template.get(range.clone()).unwrap_or_default();
    if source.trim().is_empty() {
        return Err(TemplateError {
            range: range.start.saturating_sub(1)..range.end + 1,
            message: "empty placeholder".to_owned(),
            help: "name a value: `{text}`; escape literal braces as `{{}}`".to_owned(),
        });
    }
    let Some(colon) = colon else {
        return Ok(range);
    };
    if source.trim_start().starts_with('"') {
        return Err(TemplateError {
            range: range.start.saturating_sub(1)..range.start,
            message: "expected an expression after `{`".to_owned(),
            help: "escape the braces of JSON as `{{` and `}}`".to_owned(),
        });
    }
    let value = template.get(range.start..colon).unwrap_or_default().trim();
    let format = template.get(colon..range.end).unwrap_or_default();
    Err(TemplateError {
        range: colon..range.end,
        message: format!("placeholder `{{{source}}}` cannot have a format specifier"),
        help: format!(
            "values are formatted with `Display`; for another format write \
             `{{format!(\"{{{format}}}\", {value})}}`"
        ),
    })
}

/// Returns the length of the string or character literal that begins at `at`.
fn literal_len(template: &str, at: usize) -> Option<usize> {
    let rest = rest(template, at);
    let in_word = template
        .get(..at)
        .and_then(|before| before.chars().next_back())
        .is_some_and(|c| c.is_alphanumeric() || c == '_');
    match rest.chars().next()? {
        '"' => string_len(rest, '"'),
        '\'' => char_len(rest),
        'r' if !in_word => raw_string_len(rest),
        _ => None,
    }
}

/// Returns the length of the literal delimited by `quote`. A backslash escapes the next character.
fn string_len(text: &str, quote: char) -> Option<usize> {
    let mut characters = text.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' => {
                characters.next();
            }
            c if c == quote => return Some(at + c.len_utf8()),
            _ => {}
        }
    }
    None
}

/// Returns the length of a character literal: `'x'` and `'\n'`, but not `'static`.
fn char_len(text: &str) -> Option<usize> {
    let mut characters = text.char_indices().skip(1);
    let (_, first) = characters.next()?;
    match (first, characters.next()?) {
        ('\\', _) => string_len(text, '\''),
        (_, (at, '\'')) => Some(at + 1),
        _ => None,
    }
}

/// Returns the length of a raw string, `r"…"`, with any number of `#`.
fn raw_string_len(text: &str) -> Option<usize> {
    let hashes = text.get(1..)?.chars().take_while(|c| *c == '#').count();
    let content = text.get(1 + hashes..)?.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = content.find(&end)?;
    Some(1 + hashes + 1 + length + end.len())
}

//! Where the placeholders of a text are. What is in them is not looked at, beyond finding their end.

use std::ops::Range;

use super::Mistake;

/// A part of a text.
pub(super) enum Part {
    /// Braces are single in it.
    Text(String),
    /// What stands between the braces.
    Placeholder(Range<usize>),
}

/// The parts of a text.
pub(super) fn parts(template: &str) -> Result<Vec<Part>, Mistake> {
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
                return Err(Mistake {
                    at: at..after,
                    text: "`}` closes nothing".to_owned(),
                    help: "a brace in the text is written twice: `}}`".to_owned(),
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

/// The placeholder whose expression begins at `start`.
fn placeholder(template: &str, start: usize) -> Result<Range<usize>, Mistake> {
    let mut open: Vec<char> = Vec::new();
    let mut colon = None;
    let mut at = start;
    while let Some(c) = rest(template, at).chars().next() {
        let here = at;
        at += quoted(template, at).unwrap_or(c.len_utf8());
        match c {
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' if open.last() == Some(&c) => {
                open.pop();
            }
            '}' if open.is_empty() => return checked(template, start..here, colon),
            ')' | ']' | '}' => {
                return Err(Mistake {
                    at: here..at,
                    text: match open.last() {
                        Some(missing) => format!("expected `{missing}`, found `{c}`"),
                        None => format!("`{c}` closes nothing"),
                    },
                    help: "a placeholder is an expression; a brace in the text is written twice"
                        .to_owned(),
                });
            }
            ':' if rest(template, at).starts_with(':') => at += 1,
            ':' if open.is_empty() && colon.is_none() => colon = Some(here),
            _ => {}
        }
    }
    Err(Mistake {
        at: start.saturating_sub(1)..start,
        text: "`{` is never closed".to_owned(),
        help: "close the placeholder with `}`; a brace in the text is written twice: `{{`"
            .to_owned(),
    })
}

fn checked(
    template: &str,
    at: Range<usize>,
    colon: Option<usize>,
) -> Result<Range<usize>, Mistake> {
    let typed = template.get(at.clone()).unwrap_or_default();
    if typed.trim().is_empty() {
        return Err(Mistake {
            at: at.start.saturating_sub(1)..at.end + 1,
            text: "an empty placeholder".to_owned(),
            help: "name a value: `{text}`; braces in the text are written twice: `{{}}`".to_owned(),
        });
    }
    let Some(colon) = colon else {
        return Ok(at);
    };
    if typed.trim_start().starts_with('"') {
        return Err(Mistake {
            at: at.start.saturating_sub(1)..at.start,
            text: "this brace begins a placeholder, and what follows is no expression".to_owned(),
            help: "the braces of JSON in the text are written twice: `{{` and `}}`".to_owned(),
        });
    }
    let value = template.get(at.start..colon).unwrap_or_default().trim();
    let format = template.get(colon..at.end).unwrap_or_default();
    Err(Mistake {
        at: colon..at.end,
        text: format!("`{{{typed}}}` has a format, and placeholders take none"),
        help: format!(
            "values are inserted as they print; for another form make the text first: \
             `{{format!(\"{{{format}}}\", {value})}}`"
        ),
    })
}

/// The length of the text or character in quotes that begins at `at`.
fn quoted(template: &str, at: usize) -> Option<usize> {
    let rest = rest(template, at);
    let within_a_word = template
        .get(..at)
        .and_then(|before| before.chars().next_back())
        .is_some_and(|c| c.is_alphanumeric() || c == '_');
    match rest.chars().next()? {
        '"' => escaped(rest, '"'),
        '\'' => character(rest),
        'r' if !within_a_word => raw(rest),
        _ => None,
    }
}

/// The length of what begins and ends with `quote`, where a backslash takes the meaning of the next character.
fn escaped(text: &str, quote: char) -> Option<usize> {
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

/// `'x'` and `'\n'`, but not `'static`.
fn character(text: &str) -> Option<usize> {
    let mut characters = text.char_indices().skip(1);
    let (_, first) = characters.next()?;
    match (first, characters.next()?) {
        ('\\', _) => escaped(text, '\''),
        (_, (at, '\'')) => Some(at + 1),
        _ => None,
    }
}

/// `r"…"`, with any number of `#`.
fn raw(text: &str) -> Option<usize> {
    let hashes = text.get(1..)?.chars().take_while(|c| *c == '#').count();
    let content = text.get(1 + hashes..)?.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = content.find(&end)?;
    Some(1 + hashes + 1 + length + end.len())
}

//! Strings with placeholders: `"Summarise: {review.text}"`.
//!
//! A placeholder is an expression. As in `format!`, `{{` and `}}` are literal braces. Format specifiers after a colon
//! are not supported.

mod excerpt;
mod scan;

use std::ops::Range;

use syn::{Expr, LitStr};

use crate::diagnostics::error_with_help;
use excerpt::excerpt;

/// A parsed string literal.
#[derive(Clone)]
pub(crate) struct Template {
    pub(crate) literal: LitStr,
    pub(crate) pieces: Vec<Piece>,
}

/// A part of a template.
#[derive(Clone)]
pub(crate) enum Piece {
    /// Literal text, with `{{` and `}}` unescaped.
    Text(String),
    Placeholder(Placeholder),
}

/// An expression between braces.
#[derive(Clone)]
pub(crate) struct Placeholder {
    pub(crate) value: Expr,
    /// The source text between the braces.
    pub(crate) source: String,
    /// The byte range between the braces.
    range: Range<usize>,
}

/// An error in a byte range of a template.
struct TemplateError {
    range: Range<usize>,
    message: String,
    help: String,
}

impl Template {
    pub(crate) fn parse(literal: &LitStr) -> syn::Result<Self> {
        let text = literal.value();
        let pieces = scan::split(&text).and_then(|parts| {
            parts
                .into_iter()
                .map(|part| match part {
                    scan::Part::Text(text) => Ok(Piece::Text(text)),
                    scan::Part::Placeholder(range) => placeholder(literal, &text, range),
                })
                .collect()
        });
        match pieces {
            Ok(pieces) => Ok(Self {
                literal: literal.clone(),
                pieces,
            }),
            Err(error) => Err(error.into_syn_error(literal, &text)),
        }
    }

    pub(crate) fn placeholders(&self) -> impl Iterator<Item = &Placeholder> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Placeholder(placeholder) => Some(placeholder),
        })
    }

    /// Whether every placeholder is a single identifier. The compiler itself can then point at a placeholder inside
    /// the literal.
    pub(crate) fn has_only_identifiers(&self) -> bool {
        self.placeholders().all(|placeholder| {
            matches!(&placeholder.value, Expr::Path(path)
                if path.path.get_ident().is_some_and(|name| *name == placeholder.source))
        })
    }

    /// Returns an error at a name in a placeholder.
    pub(crate) fn error_at(
        &self,
        placeholder: &Placeholder,
        name: &str,
        message: &str,
        help: &str,
    ) -> syn::Error {
        let start = placeholder.range.start + find_word(&placeholder.source, name);
        TemplateError {
            range: start..start + name.len(),
            message: message.to_owned(),
            help: help.to_owned(),
        }
        .into_syn_error(&self.literal, &self.literal.value())
    }
}

impl TemplateError {
    /// Returns an error at `literal` whose message shows the line and carets below the range: the compiler underlines
    /// whole tokens only, and the literal is one token.
    fn into_syn_error(self, literal: &LitStr, text: &str) -> syn::Error {
        let shown = excerpt(text, &self.range);
        error_with_help(literal, format!("{}\n{shown}", self.message), self.help)
    }
}

fn placeholder(literal: &LitStr, text: &str, range: Range<usize>) -> Result<Piece, TemplateError> {
    let source = text.get(range.clone()).unwrap_or_default().to_owned();
    let value = LitStr::new(&source, literal.span()).parse::<Expr>();
    match value {
        Ok(Expr::Lit(_)) => Err(TemplateError {
            range,
            message: format!("`{{{source}}}` is not a value of the handler"),
            help: format!(
                "name a value, such as a parameter; escape literal braces as `{{{{{source}}}}}`"
            ),
        }),
        Ok(value) => Ok(Piece::Placeholder(Placeholder {
            value,
            source,
            range,
        })),
        Err(error) => Err(TemplateError {
            range,
            message: format!("`{{{source}}}` is not an expression: {error}"),
            help: "write an expression over the handler's parameters; \
                   escape literal braces as `{{` and `}}`"
                .to_owned(),
        }),
    }
}

/// Returns the offset of `name` in `source` as a whole word.
fn find_word(source: &str, name: &str) -> usize {
    let is_word_char = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    source
        .match_indices(name)
        .map(|(at, _)| at)
        .find(|&at| {
            let before = source
                .get(..at)
                .and_then(|before| before.chars().next_back());
            let after = source
                .get(at + name.len()..)
                .and_then(|after| after.chars().next());
            !is_word_char(before) && !is_word_char(after)
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proc_macro2::Span;

    fn parsed(text: &str) -> Result<Vec<String>, String> {
        match Template::parse(&LitStr::new(text, Span::call_site())) {
            Ok(template) => Ok(template
                .pieces
                .into_iter()
                .map(|piece| match piece {
                    Piece::Text(text) => text,
                    Piece::Placeholder(placeholder) => format!("<{}>", placeholder.source),
                })
                .collect()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn template_is_split_into_text_and_placeholders() {
        let parts = parsed("Say {what} to {user.name}, {{now}}.").expect("a template");
        assert_eq!(parts, ["Say ", "<what>", " to ", "<user.name>", ", {now}."]);
    }

    #[test]
    fn expression_with_braces_quotes_and_colons_is_one_placeholder() {
        for expression in [
            "match x { A => 1, _ => 2 }",
            r#"x.replace("}", "{")"#,
            r##"x.replace('}', r#"""}"#)"##,
            "if let Some(x) = x { x } else { String::new() }",
            "items.iter().map(|x: &String| x.len()).sum::<usize>()",
            r"x.split('\'').count()",
            "first::<'static>(x)",
        ] {
            let parts = parsed(&format!("{{{expression}}}!"));
            assert_eq!(parts, Ok(vec![format!("<{expression}>"), "!".to_owned()]));
        }
    }

    #[test]
    fn error_shows_the_line_and_a_caret() {
        assert_eq!(
            parsed("Grüße,\nsay {x:?} now").expect_err("a format"),
            "placeholder `{x:?}` cannot have a format specifier\n\
             say {x:?} now\n\
            \x20     ^^\n\
             help: values are formatted with `Display`; for another format write \
             `{format!(\"{:?}\", x)}`"
        );
    }

    #[test]
    fn find_word_skips_matches_inside_other_words() {
        assert_eq!(find_word("texts.join(text)", "text"), 11);
    }
}

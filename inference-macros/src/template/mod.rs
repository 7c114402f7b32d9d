//! Texts with placeholders: `"Summarise: {review.text}"`.
//!
//! A placeholder is an expression. `{{` and `}}` are braces, as in `format!`; formats after a colon there are none.

mod excerpt;
mod scan;

use std::ops::Range;

use syn::{Expr, LitStr};

use crate::diagnostics::error_with_help;
use excerpt::excerpt;

/// A text, taken apart.
#[derive(Clone)]
pub(crate) struct Template {
    pub(crate) literal: LitStr,
    pub(crate) pieces: Vec<Piece>,
}

/// A part of a text.
#[derive(Clone)]
pub(crate) enum Piece {
    /// Text, braces and all.
    Text(String),
    Placeholder(Placeholder),
}

/// A value's place in a text.
#[derive(Clone)]
pub(crate) struct Placeholder {
    pub(crate) value: Expr,
    /// What stands between the braces.
    pub(crate) typed: String,
    /// Where it stands in the text.
    at: Range<usize>,
}

/// A part of a text that is wrong.
struct Mistake {
    at: Range<usize>,
    text: String,
    help: String,
}

impl Template {
    pub(crate) fn parse(literal: &LitStr) -> syn::Result<Self> {
        let text = literal.value();
        let pieces = scan::parts(&text).and_then(|parts| {
            parts
                .into_iter()
                .map(|part| match part {
                    scan::Part::Text(text) => Ok(Piece::Text(text)),
                    scan::Part::Placeholder(at) => placeholder(literal, &text, at),
                })
                .collect()
        });
        match pieces {
            Ok(pieces) => Ok(Self {
                literal: literal.clone(),
                pieces,
            }),
            Err(mistake) => Err(mistake.in_literal(literal, &text)),
        }
    }

    pub(crate) fn placeholders(&self) -> impl Iterator<Item = &Placeholder> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Placeholder(placeholder) => Some(placeholder),
        })
    }

    /// Whether every placeholder is a name and nothing else. Of such a text, the compiler itself can point at a
    /// placeholder inside the literal.
    pub(crate) fn is_plain(&self) -> bool {
        self.placeholders().all(|placeholder| {
            matches!(&placeholder.value, Expr::Path(path)
                if path.path.get_ident().is_some_and(|name| *name == placeholder.typed))
        })
    }

    /// An error about a name in a placeholder.
    pub(crate) fn error_at(
        &self,
        placeholder: &Placeholder,
        name: &str,
        text: &str,
        help: &str,
    ) -> syn::Error {
        let start = placeholder.at.start + word(&placeholder.typed, name);
        Mistake {
            at: start..start + name.len(),
            text: text.to_owned(),
            help: help.to_owned(),
        }
        .in_literal(&self.literal, &self.literal.value())
    }
}

impl Mistake {
    /// The compiler underlines whole tokens, and a literal is one: the message has the line with a caret of its own.
    fn in_literal(self, literal: &LitStr, text: &str) -> syn::Error {
        let shown = excerpt(text, &self.at);
        error_with_help(literal, format!("{}\n{shown}", self.text), self.help)
    }
}

fn placeholder(literal: &LitStr, text: &str, at: Range<usize>) -> Result<Piece, Mistake> {
    let typed = text.get(at.clone()).unwrap_or_default().to_owned();
    let value = LitStr::new(&typed, literal.span()).parse::<Expr>();
    match value {
        Ok(Expr::Lit(_)) => Err(Mistake {
            at,
            text: format!("`{{{typed}}}` is no value of the handler"),
            help: format!(
                "name one, such as a parameter; for braces in the text write `{{{{{typed}}}}}`"
            ),
        }),
        Ok(value) => Ok(Piece::Placeholder(Placeholder { value, typed, at })),
        Err(error) => Err(Mistake {
            at,
            text: format!("`{{{typed}}}` is not an expression: {error}"),
            help: "a placeholder is an expression over the handler's parameters; \
                   braces in the text are written twice: `{{` and `}}`"
                .to_owned(),
        }),
    }
}

/// Where `name` stands in `typed` as a word of its own.
fn word(typed: &str, name: &str) -> usize {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    typed
        .match_indices(name)
        .map(|(at, _)| at)
        .find(|&at| {
            let before = typed
                .get(..at)
                .and_then(|before| before.chars().next_back());
            let after = typed
                .get(at + name.len()..)
                .and_then(|after| after.chars().next());
            !part(before) && !part(after)
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
                    Piece::Placeholder(placeholder) => format!("<{}>", placeholder.typed),
                })
                .collect()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn text_and_placeholders_take_turns() {
        let parts = parsed("Say {what} to {user.name}, {{now}}.").expect("a template");
        assert_eq!(parts, ["Say ", "<what>", " to ", "<user.name>", ", {now}."]);
    }

    #[test]
    fn an_expression_may_have_braces_quotes_and_colons() {
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
    fn a_mistake_is_shown_where_it_stands() {
        assert_eq!(
            parsed("Grüße,\nsay {x:?} now").expect_err("a format"),
            "`{x:?}` has a format, and placeholders take none\n\
             say {x:?} now\n\
            \x20     ^^\n\
             help: values are inserted as they print; for another form make the text first: \
             `{format!(\"{:?}\", x)}`"
        );
    }

    #[test]
    fn a_word_is_not_found_within_another() {
        assert_eq!(word("texts.join(text)", "text"), 11);
    }
}

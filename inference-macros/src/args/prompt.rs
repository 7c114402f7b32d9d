//! `prompt = "Summarise: {review.text}"` and `system = "You are terse."`.

use syn::{Expr, LitStr};

use super::given::Argument;
use super::literal::text;
use crate::diagnostics::error_with_help;
use crate::template::Template;

/// The prompt: the user message for the model.
#[derive(Clone)]
pub(crate) struct Prompt(pub(crate) Template);

/// The system message before the prompt.
#[derive(Clone)]
pub(crate) struct System(pub(crate) Template);

impl Argument for Prompt {
    const EXAMPLE: &'static str = r#"prompt = "Summarise: {text}""#;

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        read("prompt", value).map(Self)
    }
}

impl Argument for System {
    const EXAMPLE: &'static str = r#"system = "You answer in one word.""#;

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        read("system", value).map(Self)
    }
}

fn read(name: &str, value: &Expr) -> syn::Result<Template> {
    let literal: LitStr = text(
        value,
        &format!("`{name}` accepts a string literal, whose placeholders can be checked"),
        &format!(
            "write `{name} = \"… {{text}} …\"`; insert any other string with a placeholder: `{name} = \"{{TEXT}}\"`"
        ),
    )?;
    if literal.value().trim().is_empty() {
        return Err(error_with_help(
            &literal,
            format!("`{name}` is empty"),
            match name {
                "prompt" => "write the prompt: `\"Summarise: {text}\"`",
                _ => "remove it",
            },
        ));
    }
    Template::parse(&literal)
}

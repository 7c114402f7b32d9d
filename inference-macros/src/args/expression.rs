//! Arguments whose value is the user's code.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Expr, ExprClosure, Lit, Pat, Path};

use super::given::Argument;
use super::literal::{inner, literal};
use crate::diagnostics::error_with_help;

/// `input = review.text`.
#[derive(Clone)]
pub(crate) struct Input(pub(crate) Expr);

impl Argument for Input {
    const EXAMPLE: &'static str = "input = review.text";

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        match inner(value) {
            Expr::Closure(_) => Err(error_with_help(
                value,
                "`input` accepts a value, not a closure",
                "write the expression alone; `preprocess` accepts a closure",
            )),
            _ => Ok(Self(value.clone())),
        }
    }
}

/// `fallback = expr`, or `fallback = |error| expr`.
#[derive(Clone)]
pub(crate) struct Fallback {
    /// The closure's parameter.
    pub(crate) error: Option<Pat>,
    pub(crate) value: Expr,
    /// The whole value, as typed.
    pub(crate) whole: Expr,
}

impl Argument for Fallback {
    const EXAMPLE: &'static str = r#"fallback = Label::new("NEUTRAL", 0.0)"#;

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        let (error, body) = match inner(value) {
            Expr::Closure(closure) => (parameter(closure)?, (*closure.body).clone()),
            _ => (None, value.clone()),
        };
        Ok(Self {
            error,
            value: body,
            whole: value.clone(),
        })
    }
}

fn parameter(closure: &ExprClosure) -> syn::Result<Option<Pat>> {
    match closure.inputs.len() {
        0 | 1 => Ok(closure.inputs.first().cloned()),
        _ => Err(error_with_help(
            &closure.inputs,
            "the closure of `fallback` takes one argument, the error",
            "write `|error| …`; the closure can use the handler's parameters",
        )),
    }
}

/// A function that runs before or after the model is called.
#[derive(Clone)]
pub(crate) enum Hook {
    Path(Path),
    Closure(ExprClosure),
}

impl Hook {
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Path(path) => path.span(),
            Self::Closure(closure) => closure.span(),
        }
    }

    /// Returns the whole value, as typed.
    pub(crate) fn tokens(&self) -> TokenStream {
        match self {
            Self::Path(path) => path.to_token_stream(),
            Self::Closure(closure) => closure.to_token_stream(),
        }
    }
}

/// `preprocess = clean`.
#[derive(Clone)]
pub(crate) struct Preprocess(pub(crate) Hook);

/// `postprocess = Verdict::from`.
#[derive(Clone)]
pub(crate) struct Postprocess(pub(crate) Hook);

impl Argument for Preprocess {
    const EXAMPLE: &'static str = "preprocess = clean";

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        hook("preprocess", "the input", value).map(Self)
    }
}

impl Argument for Postprocess {
    const EXAMPLE: &'static str = "postprocess = Verdict::from";

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        hook("postprocess", "the model's output", value).map(Self)
    }
}

fn hook(name: &str, argument: &str, value: &Expr) -> syn::Result<Hook> {
    match inner(value) {
        Expr::Path(path) if path.qself.is_none() => Ok(Hook::Path(path.path.clone())),
        Expr::Closure(closure) if closure.inputs.len() == 1 => Ok(Hook::Closure(closure.clone())),
        Expr::Closure(closure) => Err(error_with_help(
            closure,
            format!("the closure of `{name}` takes one argument, {argument}"),
            "the closure can use the handler's parameters",
        )),
        Expr::Call(call) => Err(error_with_help(
            value,
            format!("`{name}` accepts a function, not a call"),
            match &*call.func {
                Expr::Path(path) => {
                    let words: Vec<String> = path
                        .path
                        .segments
                        .iter()
                        .map(|s| s.ident.to_string())
                        .collect();
                    format!(
                        "write `{name} = {}`, or a closure `|value| …`",
                        words.join("::")
                    )
                }
                _ => "write a closure: `|value| …`".to_owned(),
            },
        )),
        _ if matches!(literal(value), Some(Lit::Str(_))) => Err(error_with_help(
            value,
            format!("`{name}` accepts a function, not a string"),
            "write its path without quotes",
        )),
        _ => Err(error_with_help(
            value,
            format!("`{name}` accepts the path of a function, or a closure"),
            format!("write `{name} = |value| …`"),
        )),
    }
}

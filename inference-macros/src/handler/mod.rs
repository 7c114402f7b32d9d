//! The parsed function. Its body remains a token stream, because an incomplete body must not prevent the expansion.

mod doc;
mod input;
mod prediction;
mod types;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, FnArg, Ident, PatType, ReturnType, Signature, Token, Type, Visibility};

pub(crate) use doc::doc;
pub(crate) use input::default_input;
pub(crate) use prediction::Prediction;
pub(crate) use types::{
    first_type_argument, is_each, is_fallible, is_stream, type_name, value_type,
};

use crate::diagnostics::{Errors, error_with_help, with_help};

/// A function with at least one prediction.
pub(crate) struct Handler {
    /// The attributes, without `duplicate_attrs`.
    pub(crate) attrs: Vec<Attribute>,
    /// Further `#[infer]` attributes, below the one being expanded.
    duplicate_attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    /// The signature, without the predictions.
    pub(crate) sig: Signature,
    pub(crate) predictions: Vec<Prediction>,
    /// The tokens between the braces of the body.
    pub(crate) body: TokenStream,
}

impl Handler {
    /// Parses the item. The error is the only one reported for it.
    pub(crate) fn parse(item: TokenStream) -> syn::Result<Self> {
        let mut handler = read.parse2(item)?;
        let mut others = syn::punctuated::Punctuated::new();
        for argument in std::mem::take(&mut handler.sig.inputs) {
            match argument {
                FnArg::Typed(typed) if prediction::has_prediction_attr(&typed.attrs) => {
                    handler.predictions.push(Prediction::new(typed));
                }
                other => others.push(other),
            }
        }
        handler.sig.inputs = others;
        if let Some(error) = handler.marked_receiver_error() {
            return Err(error);
        }
        if handler.predictions.is_empty() {
            return Err(error_with_help(
                &handler.sig.ident,
                "missing `#[prediction]` parameter",
                "add the attribute to the parameter for the model's answer: `#[prediction] label: Label`",
            ));
        }
        Ok(handler)
    }

    /// Checks the function, independently of the arguments of `#[infer]`.
    pub(crate) fn check(&self, errors: &mut Errors) {
        if let Some(constness) = &self.sig.constness {
            errors.push(error_with_help(
                constness,
                "a `const fn` cannot await a model call",
                "write `async fn`",
            ));
        } else if self.sig.asyncness.is_none() {
            errors.push(error_with_help(
                self.sig.fn_token,
                "the function must be `async` to await a model call",
                "write `async fn`",
            ));
        }
        for duplicate in &self.duplicate_attrs {
            errors.push(error_with_help(
                duplicate.path(),
                "duplicate `#[infer]` attribute",
                "combine the arguments in one attribute; use `#[prediction(...)]` for those of one prediction",
            ));
        }
        for prediction in &self.predictions {
            prediction.check(errors);
        }
    }

    pub(crate) fn receiver(&self) -> Option<&syn::Receiver> {
        self.sig.receiver()
    }

    /// Returns the parameters that are neither predictions nor `self`, in order.
    pub(crate) fn other_parameters(&self) -> impl DoubleEndedIterator<Item = &PatType> {
        self.sig
            .inputs
            .iter()
            .filter_map(|argument| match argument {
                FnArg::Typed(typed) => Some(typed),
                FnArg::Receiver(_) => None,
            })
    }

    /// Returns the return type if its name ends in `Result`.
    pub(crate) fn result_return_type(&self) -> Option<&Type> {
        match &self.sig.output {
            ReturnType::Type(_, ty) => type_name(ty)?.to_string().ends_with("Result").then_some(ty),
            ReturnType::Default => None,
        }
    }

    fn marked_receiver_error(&self) -> Option<syn::Error> {
        let receiver = self.receiver()?;
        prediction::has_prediction_attr(&receiver.attrs).then(|| {
            error_with_help(
                receiver.self_token,
                "`self` cannot be a prediction",
                "add `#[prediction]` to the parameter for the model's answer",
            )
        })
    }
}

fn read(input: ParseStream<'_>) -> syn::Result<Handler> {
    let attrs = input.call(Attribute::parse_outer)?;
    let vis: Visibility = input.parse()?;
    let _: Option<Token![default]> = input.parse()?;
    if !is_function(&input.fork()) {
        return Err(input.error(with_help(
            "`#[infer]` can only be applied to an `async fn`",
            "apply it to the handler that uses the model's answer",
        )));
    }
    let sig: Signature = input.parse()?;
    let body = match input.parse::<TokenTree>() {
        Ok(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => group.stream(),
        Ok(other) => {
            return Err(error_with_help(
                other,
                "the function has no body",
                "apply `#[infer]` to the implementation, not to the declaration",
            ));
        }
        Err(_) => return Err(input.error("expected the function body")),
    };
    let (duplicate_attrs, attrs) = attrs.into_iter().partition(is_infer);
    Ok(Handler {
        duplicate_attrs,
        attrs,
        vis,
        sig,
        predictions: Vec::new(),
        body,
    })
}

fn is_infer(attribute: &Attribute) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|last| last.ident == "infer")
}

/// Whether the item is a function, from the keywords before its name.
fn is_function(input: ParseStream<'_>) -> bool {
    let next_is = |name: &str| {
        let fork = input.fork();
        fork.call(<Ident as syn::ext::IdentExt>::parse_any)
            .is_ok_and(|ident| ident == name)
    };
    while ["const", "async", "unsafe", "safe", "extern"]
        .into_iter()
        .any(next_is)
    {
        let _ = input.call(<Ident as syn::ext::IdentExt>::parse_any);
        let _: syn::Result<Option<syn::LitStr>> = input.parse();
    }
    next_is("fn")
}

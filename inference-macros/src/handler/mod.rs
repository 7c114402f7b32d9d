//! The function, taken apart. Its body stays a stream of tokens: it may be half typed, and it is none of our business.

mod doc;
mod input;
mod prediction;
mod types;

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, FnArg, Ident, PatType, ReturnType, Signature, Token, Type, Visibility};

pub(crate) use doc::doc;
pub(crate) use input::found;
pub(crate) use prediction::Prediction;
pub(crate) use types::{argument_of, is_each, is_fallible, is_stream, name_of as type_name, plain};

use crate::diagnostics::{Errors, error_with_help, with_help};

/// A function with at least one prediction.
pub(crate) struct Handler {
    /// Without those of `again`.
    pub(crate) attrs: Vec<Attribute>,
    /// Further `#[infer]`s, which stood below the one that is at work.
    again: Vec<Attribute>,
    pub(crate) vis: Visibility,
    /// Without the predictions.
    pub(crate) sig: Signature,
    pub(crate) predictions: Vec<Prediction>,
    /// What stands between the body's braces.
    pub(crate) body: TokenStream,
}

impl Handler {
    /// Takes the item apart, or says in one error why there is nothing to work on.
    pub(crate) fn parse(item: TokenStream) -> syn::Result<Self> {
        let mut handler = read.parse2(item)?;
        let mut others = syn::punctuated::Punctuated::new();
        for argument in std::mem::take(&mut handler.sig.inputs) {
            match argument {
                FnArg::Typed(typed) if prediction::is_marked(&typed.attrs) => {
                    handler.predictions.push(Prediction::new(typed));
                }
                other => others.push(other),
            }
        }
        handler.sig.inputs = others;
        if let Some(error) = handler.marked_receiver() {
            return Err(error);
        }
        if handler.predictions.is_empty() {
            return Err(error_with_help(
                &handler.sig.ident,
                "no parameter is marked `#[prediction]`",
                "mark the one that takes the model's answer: `#[prediction] label: Label`",
            ));
        }
        Ok(handler)
    }

    /// Mistakes of the function itself, whatever the arguments say.
    pub(crate) fn check(&self, errors: &mut Errors) {
        if let Some(constness) = &self.sig.constness {
            errors.push(error_with_help(
                constness,
                "a `const fn` cannot wait for a model",
                "write `async fn`",
            ));
        } else if self.sig.asyncness.is_none() {
            errors.push(error_with_help(
                self.sig.fn_token,
                "the function is not `async`, so it cannot wait for a model",
                "write `async fn`",
            ));
        }
        for again in &self.again {
            errors.push(error_with_help(
                again.path(),
                "`#[infer]` stands twice on one function",
                "put all arguments into one; those of one prediction into `#[prediction(...)]`",
            ));
        }
        for prediction in &self.predictions {
            prediction.check(errors);
        }
    }

    pub(crate) fn receiver(&self) -> Option<&syn::Receiver> {
        self.sig.receiver()
    }

    /// The parameters with a pattern that are not predictions, in order.
    pub(crate) fn others(&self) -> impl DoubleEndedIterator<Item = &PatType> {
        self.sig
            .inputs
            .iter()
            .filter_map(|argument| match argument {
                FnArg::Typed(typed) => Some(typed),
                FnArg::Receiver(_) => None,
            })
    }

    /// The return type, if it says that the handler can fail.
    pub(crate) fn returned_result(&self) -> Option<&Type> {
        match &self.sig.output {
            ReturnType::Type(_, ty) => types::name_of(ty)?
                .to_string()
                .ends_with("Result")
                .then_some(ty),
            ReturnType::Default => None,
        }
    }

    fn marked_receiver(&self) -> Option<syn::Error> {
        let receiver = self.receiver()?;
        prediction::is_marked(&receiver.attrs).then(|| {
            error_with_help(
                receiver.self_token,
                "`self` cannot be a prediction",
                "mark the parameter that takes the model's answer",
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
            "`#[infer]` goes on an `async fn`",
            "put it on the handler that needs the model's answer",
        )));
    }
    let sig: Signature = input.parse()?;
    let body = match input.parse::<TokenTree>() {
        Ok(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => group.stream(),
        Ok(other) => {
            return Err(error_with_help(
                other,
                "the function has no body",
                "`#[infer]` goes on the function that answers, not on its declaration",
            ));
        }
        Err(_) => return Err(input.error("expected the function's body")),
    };
    let (again, attrs) = attrs.into_iter().partition(is_infer);
    Ok(Handler {
        again,
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

/// Whether the words before the name are those of a function.
fn is_function(input: ParseStream<'_>) -> bool {
    let word = |name: &str| {
        let fork = input.fork();
        fork.call(<Ident as syn::ext::IdentExt>::parse_any)
            .is_ok_and(|ident| ident == name)
    };
    while ["const", "async", "unsafe", "safe", "extern"]
        .into_iter()
        .any(word)
    {
        let _ = input.call(<Ident as syn::ext::IdentExt>::parse_any);
        let _: syn::Result<Option<syn::LitStr>> = input.parse();
    }
    word("fn")
}

/// The span for what the macro adds to a function as a whole.
pub(crate) fn whole() -> Span {
    Span::call_site()
}

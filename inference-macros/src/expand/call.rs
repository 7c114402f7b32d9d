//! The call: the operation, put to one input.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, UnOp, parse_quote};

use super::borrow::borrowed;
use super::hooks;
use super::names::{Names, Scope, local};
use super::prompt;
use crate::args::Preprocess;
use crate::operation::{Asked, Assignment, Question, Value};
use crate::tasks::marker;

/// The statements that make the call and bind it to its name.
pub(super) fn write(question: &Question, names: &Names, scope: &Scope) -> TokenStream {
    let Names {
        operation,
        input,
        call,
        ..
    } = names;
    let (before, start) = match (&question.asked, &question.preprocess) {
        (Asked::Prompt(template), _) => {
            let text = prompt::written(template, scope);
            let inference = &scope.borrowed;
            let start = quote!(#operation.call_preprocessed(#inference, #text));
            (TokenStream::new(), start)
        }
        (Asked::Input(value), Some(hook)) => preprocessed(value, hook, operation, input, scope),
        (Asked::Input(value), None) => {
            let start = put(value, question.each, operation, scope);
            (TokenStream::new(), start)
        }
    };
    let system = question.system.as_ref().map(|template| {
        let text = prompt::written(template, scope);
        quote!(.system(#text))
    });
    let parameters = parameters(question, scope);
    let scoped = question.policies.scope.as_ref();
    let scoped = scoped.map(|value| part("scope", value));
    let keyed = question.policies.key.as_ref();
    let keyed = keyed.map(|value| part("key", value));
    quote! {
        #before
        let #call = #start #system #parameters #scoped #keyed;
    }
}

/// `OPERATION.call(&inference, &input)`, or the same for several inputs.
fn put(value: &Expr, each: bool, operation: &Ident, scope: &Scope) -> TokenStream {
    let inference = &scope.borrowed;
    let span = Span::mixed_site().located_at(value.span());
    let (method, value) = if each {
        // A list that has a place stays there; an iterator is used up.
        let inputs = if is_place(value) {
            borrowed(value)
        } else {
            value.to_token_stream()
        };
        ("call_each", inputs)
    } else {
        ("call", borrowed(value))
    };
    let method = Ident::new(method, span);
    quote!(#operation.#method(#inference, #value))
}

fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Field(_) | Expr::Index(_) | Expr::Path(_) => true,
        Expr::Group(group) => is_place(&group.expr),
        Expr::Paren(paren) => is_place(&paren.expr),
        Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)),
        _ => false,
    }
}

/// The statement that prepares the input, and the call with what it gives.
fn preprocessed(
    value: &Expr,
    hook: &Preprocess,
    operation: &Ident,
    input: &Ident,
    scope: &Scope,
) -> (TokenStream, TokenStream) {
    let inference = &scope.borrowed;
    let before = hooks::preprocess(&hook.0, &borrowed(value), input, scope);
    // Where the input does not fit, it is what the hook gives that does not.
    let mut prepared = input.clone();
    prepared.set_span(Span::mixed_site().located_at(hook.0.span()));
    let start = quote!(#operation.call_preprocessed(#inference, #prepared));
    (before, start)
}

/// `.scope(&value)`, a part of the cache's key.
fn part(method: &str, value: &Expr) -> TokenStream {
    let method = Ident::new(method, Span::mixed_site().located_at(value.span()));
    let value = borrowed(value);
    quote!(.#method(#value))
}

fn parameters(question: &Question, scope: &Scope) -> Option<TokenStream> {
    if question.parameters.is_empty() {
        return None;
    }
    let krate = &scope.krate;
    let marker = marker(question.task);
    let all = local("parameters", "");
    let assignments = question
        .parameters
        .iter()
        .map(|assignment| assign(assignment, &all, scope));
    Some(quote! {
        .parameters({
            let mut #all = <#krate::task::#marker as #krate::Task>::Parameters::default();
            #(#assignments)*
            #all
        })
    })
}

fn assign(assignment: &Assignment, all: &Ident, scope: &Scope) -> TokenStream {
    let name = &assignment.name;
    let set = |function: &str, value: &Expr| {
        let span = Span::mixed_site().located_at(value.span());
        let krate = scope.krate_at(span);
        let function = Ident::new(function, span);
        let function = quote_spanned!(span=> #krate::__private::#function);
        quote!(#function(&mut #all.#name, #value);)
    };
    match &assignment.value {
        Value::Optional(value) => set("set", value),
        Value::Required(value) => set("set_required", value),
        Value::Variant { choice, variant } => {
            let krate = &scope.krate;
            let choice = Ident::new(choice.name, Span::mixed_site());
            let variant = Ident::new(variant, Span::mixed_site());
            set("set", &parse_quote!(#krate::task::#choice::#variant))
        }
        Value::Free(value) => {
            let key = name.unraw().to_string();
            let value = borrowed(value);
            quote!(#all.set(#key, #value);)
        }
    }
}

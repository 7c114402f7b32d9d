//! The call: the operation, put to one input.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, parse_quote};

use super::borrow::borrowed;
use super::hooks;
use super::names::{Names, Scope, local};
use crate::args::Cache;
use crate::operation::{Assignment, Question, Value};

/// The statements that make the call and bind it to its name.
pub(super) fn write(question: &Question, names: &Names, scope: &Scope) -> TokenStream {
    let Names {
        operation,
        input,
        call,
        ..
    } = names;
    let inference = &scope.borrowed;
    let value = borrowed(&question.input);
    let (before, start) = match &question.preprocess {
        Some(hook) => (hooks::preprocess(&hook.0, &value, input, scope), {
            // Where the input does not fit, it is what the hook gives that does not.
            let mut prepared = input.clone();
            prepared.set_span(Span::mixed_site().located_at(hook.0.span()));
            quote!(#operation.call_preprocessed(#inference, #prepared))
        }),
        None => (TokenStream::new(), {
            let call = Ident::new("call", Span::mixed_site().located_at(question.input.span()));
            quote!(#operation.#call(#inference, #value))
        }),
    };
    let parameters = parameters(question, scope);
    let cache = match &question.cache {
        Some(Cache::On { scope, key, .. }) => {
            let scope = scope.as_deref().map(|value| part("scope", value));
            let key = key.as_deref().map(|value| part("key", value));
            quote!(#scope #key)
        }
        _ => TokenStream::new(),
    };
    quote! {
        #before
        let #call = #start #parameters #cache;
    }
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
    let marker = question.task.marker();
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

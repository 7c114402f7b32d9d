//! The call: the operation, put to one input.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

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
        Some(hook) => (
            hooks::preprocess(&hook.0, &value, input, scope),
            quote!(#operation.call_preprocessed(#inference, #input)),
        ),
        None => (
            TokenStream::new(),
            quote!(#operation.call(#inference, #value)),
        ),
    };
    let parameters = parameters(question, scope);
    let cache = match &question.cache {
        Some(Cache::On { scope, key, .. }) => {
            let scope = scope
                .as_ref()
                .map(borrowed)
                .map(|scope| quote!(.scope(#scope)));
            let key = key.as_ref().map(borrowed).map(|key| quote!(.key(#key)));
            quote!(#scope #key)
        }
        _ => TokenStream::new(),
    };
    quote! {
        #before
        let #call = #start #parameters #cache;
    }
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
        .map(|assignment| assign(assignment, &all, krate));
    Some(quote! {
        .parameters({
            let mut #all = <#krate::task::#marker as #krate::Task>::Parameters::default();
            #(#assignments)*
            #all
        })
    })
}

fn assign(assignment: &Assignment, all: &syn::Ident, krate: &TokenStream) -> TokenStream {
    let name = &assignment.name;
    match &assignment.value {
        Value::Optional(value) => quote!(#all.#name = #krate::__private::parameter(#value);),
        Value::Required(value) => quote!(#all.#name = #krate::__private::required(#value);),
        Value::Variant {
            choice,
            variant,
            word,
        } => {
            let choice = syn::Ident::new(choice.name, proc_macro2::Span::mixed_site());
            let variant = syn::Ident::new(variant, proc_macro2::Span::mixed_site());
            let value = quote_spanned!(word.span()=> #krate::task::#choice::#variant);
            quote!(#all.#name = #krate::__private::parameter(#value);)
        }
        Value::Free(value) => {
            let key = syn::ext::IdentExt::unraw(name).to_string();
            let value = borrowed(value);
            quote!(#all.set(#key, #value);)
        }
    }
}

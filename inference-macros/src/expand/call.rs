//! Generates the statements that build the `Call` of an operation.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, UnOp, parse_quote};

use super::borrow::borrow;
use super::hooks;
use super::names::{Context, Names, generated_ident};
use super::prompt;
use crate::args::Preprocess;
use crate::operation::{Assignment, ModelInput, PredictionPlan, Value};
use crate::tasks::marker;

/// Returns the statements that build the call and bind it to its name.
pub(super) fn write(plan: &PredictionPlan, names: &Names, context: &Context) -> TokenStream {
    let Names {
        operation,
        input,
        call,
        ..
    } = names;
    let (before, start) = match (&plan.input, &plan.preprocess) {
        (ModelInput::Prompt(template), _) => {
            let text = prompt::format_text(template, context);
            let inference = &context.inference_ref;
            let start = quote!(#operation.call_preprocessed(#inference, #text));
            (TokenStream::new(), start)
        }
        (ModelInput::Input(value), Some(hook)) => {
            call_with_preprocess(value, hook, operation, input, context)
        }
        (ModelInput::Input(value), None) => {
            let start = start_call(value, plan.each, operation, context);
            (TokenStream::new(), start)
        }
    };
    let system = plan.system.as_ref().map(|template| {
        let text = prompt::format_text(template, context);
        quote!(.system(#text))
    });
    let parameters = parameters(plan, context);
    let policies = &plan.policies;
    let scope = policies
        .scope
        .as_ref()
        .map(|value| key_part("scope", value));
    let key = policies.key.as_ref().map(|value| key_part("key", value));
    quote! {
        #before
        let #call = #start #system #parameters #scope #key;
    }
}

/// Returns `OPERATION.call(&inference, &input)`, or `call_each` for several inputs.
fn start_call(value: &Expr, each: bool, operation: &Ident, context: &Context) -> TokenStream {
    let inference = &context.inference_ref;
    let span = Span::mixed_site().located_at(value.span());
    let (method, value) = if each {
        // A place expression is borrowed; any other value, such as an iterator, is moved.
        let inputs = if is_place_expression(value) {
            borrow(value)
        } else {
            value.to_token_stream()
        };
        ("call_each", inputs)
    } else {
        ("call", borrow(value))
    };
    let method = Ident::new(method, span);
    quote!(#operation.#method(#inference, #value))
}

fn is_place_expression(expr: &Expr) -> bool {
    match expr {
        Expr::Field(_) | Expr::Index(_) | Expr::Path(_) => true,
        Expr::Group(group) => is_place_expression(&group.expr),
        Expr::Paren(paren) => is_place_expression(&paren.expr),
        Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)),
        _ => false,
    }
}

/// Returns the statement that preprocesses the input, and the call with the result.
fn call_with_preprocess(
    value: &Expr,
    hook: &Preprocess,
    operation: &Ident,
    input: &Ident,
    context: &Context,
) -> (TokenStream, TokenStream) {
    let inference = &context.inference_ref;
    let before = hooks::preprocess(&hook.0, &borrow(value), input, context);
    // An unsupported input type is reported at the hook, which returns it.
    let mut prepared = input.clone();
    prepared.set_span(Span::mixed_site().located_at(hook.0.span()));
    let start = quote!(#operation.call_preprocessed(#inference, #prepared));
    (before, start)
}

/// Returns `.scope(&value)` or `.key(&value)`.
fn key_part(method: &str, value: &Expr) -> TokenStream {
    let method = Ident::new(method, Span::mixed_site().located_at(value.span()));
    let value = borrow(value);
    quote!(.#method(#value))
}

fn parameters(plan: &PredictionPlan, context: &Context) -> Option<TokenStream> {
    if plan.parameters.is_empty() {
        return None;
    }
    let krate = &context.krate;
    let marker = marker(plan.task);
    let all = generated_ident("parameters", "");
    let assignments = plan
        .parameters
        .iter()
        .map(|assignment| assign(assignment, &all, context));
    Some(quote! {
        .parameters({
            let mut #all = <#krate::task::#marker as #krate::Task>::Parameters::default();
            #(#assignments)*
            #all
        })
    })
}

fn assign(assignment: &Assignment, all: &Ident, context: &Context) -> TokenStream {
    let name = &assignment.name;
    let set = |function: &str, value: &Expr| {
        let span = Span::mixed_site().located_at(value.span());
        let krate = context.krate_at(span);
        let function = Ident::new(function, span);
        let function = quote_spanned!(span=> #krate::__private::#function);
        quote!(#function(&mut #all.#name, #value);)
    };
    match &assignment.value {
        Value::Optional(value) => set("set", value),
        Value::Required(value) => set("set_required", value),
        Value::Variant { choice, variant } => {
            let krate = &context.krate;
            let choice = Ident::new(choice.name, Span::mixed_site());
            let variant = Ident::new(variant, Span::mixed_site());
            set("set", &parse_quote!(#krate::task::#choice::#variant))
        }
        Value::Untyped(value) => {
            let key = name.unraw().to_string();
            let value = borrow(value);
            quote!(#all.set(#key, #value);)
        }
    }
}

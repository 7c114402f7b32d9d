//! `preprocess` and `postprocess`: the user's functions around the model.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{ExprClosure, Pat, Type};

use super::names::Context;
use crate::args::Hook;

/// The statement that binds the preprocessed input.
pub(super) fn preprocess(
    hook: &Hook,
    value: &TokenStream,
    input: &Ident,
    context: &Context,
) -> TokenStream {
    let krate = &context.krate;
    let applied = apply(hook, "apply", value, krate);
    quote!(let #input = #krate::__private::resolve!(#applied);)
}

/// The outcome of a call with the hook applied to the output in it.
pub(super) fn postprocess(
    hook: &Hook,
    outcome: &TokenStream,
    output: &Ident,
    value: &Type,
    context: &Context,
) -> TokenStream {
    let krate = &context.krate;
    let output = Ident::new(
        &output.to_string(),
        Span::mixed_site().located_at(hook.span()),
    );
    let applied = match hook {
        // Neither the trait nor the method says what to make: the parameter's type does.
        Hook::Path(path) if is_conversion(path) => {
            let span = Span::mixed_site().located_at(path.span());
            let krate = context.krate_at(span);
            quote_spanned!(span=> #krate::__private::IntoValue::<#value>::into(#output))
        }
        hook => apply(hook, "apply_owned", &quote!(#output), krate),
    };
    quote!(#krate::__private::postprocess!(#outcome, #output => #applied))
}

fn apply(hook: &Hook, infer: &str, argument: &TokenStream, krate: &TokenStream) -> TokenStream {
    match hook {
        // A function is called, so that its argument coerces: `&String` to `&str`.
        Hook::Path(path) => {
            let span = Span::mixed_site().located_at(path.span());
            quote_spanned!(span=> #path(#argument))
        }
        Hook::Closure(closure) if is_annotated(closure) => quote!((#closure)(#argument)),
        // A closure that leaves its parameter's type open learns it from the bound.
        Hook::Closure(closure) => {
            let infer = Ident::new(infer, Span::mixed_site());
            quote!(#krate::__private::#infer(#closure, #argument))
        }
    }
}

fn is_annotated(closure: &ExprClosure) -> bool {
    closure
        .inputs
        .iter()
        .all(|parameter| matches!(parameter, Pat::Type(_)))
}

fn is_conversion(path: &syn::Path) -> bool {
    let mut words = path
        .segments
        .iter()
        .rev()
        .map(|segment| segment.ident.to_string());
    matches!(
        (words.next().as_deref(), words.next().as_deref()),
        (Some("from"), Some("From")) | (Some("into"), Some("Into"))
    )
}

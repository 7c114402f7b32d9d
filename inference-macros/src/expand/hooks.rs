//! Generates the calls of `preprocess` and `postprocess`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{ExprClosure, Pat, Type};

use super::names::Context;
use crate::args::Hook;

/// Returns the statement that binds the preprocessed input.
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

/// Returns an expression that applies the hook to the output in the outcome of a call.
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
        // The target type of the conversion is the type of the parameter.
        Hook::Path(path) if is_conversion(path) => {
            let span = Span::mixed_site().located_at(path.span());
            let krate = context.krate_at(span);
            quote_spanned!(span=> #krate::__private::IntoValue::<#value>::into(#output))
        }
        hook => apply(hook, "apply_owned", &quote!(#output), krate),
    };
    quote!(#krate::__private::postprocess!(#outcome, #output => #applied))
}

fn apply(hook: &Hook, helper: &str, argument: &TokenStream, krate: &TokenStream) -> TokenStream {
    match hook {
        // A direct call lets the argument coerce, as from `&String` to `&str`.
        Hook::Path(path) => {
            let span = Span::mixed_site().located_at(path.span());
            quote_spanned!(span=> #path(#argument))
        }
        Hook::Closure(closure) if is_annotated(closure) => quote!((#closure)(#argument)),
        // The type of an unannotated closure parameter is inferred from the bound of the helper.
        Hook::Closure(closure) => {
            let helper = Ident::new(helper, Span::mixed_site());
            quote!(#krate::__private::#helper(#closure, #argument))
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
    let mut segments = path
        .segments
        .iter()
        .rev()
        .map(|segment| segment.ident.to_string());
    matches!(
        (segments.next().as_deref(), segments.next().as_deref()),
        (Some("from"), Some("From")) | (Some("into"), Some("Into"))
    )
}

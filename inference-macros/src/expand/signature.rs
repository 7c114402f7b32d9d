//! Generates the signature: without the predictions, with the extractor of the runtime.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{FnArg, Signature, parse_quote};

use super::borrow::borrow;
use super::names::Context;
use crate::handler::Handler;
use crate::operation::Target;

/// Returns the signature that axum sees.
pub(super) fn with_extractor(handler: &Handler, target: &Target, context: &Context) -> Signature {
    let mut signature = handler.sig.clone();
    if target.runtime.is_none() && handler.receiver().is_none() {
        let Context {
            krate, inference, ..
        } = context;
        let extractor: FnArg = parse_quote!(#inference: #krate::Inference);
        signature.inputs.insert(0, extractor);
    }
    signature
}

/// Returns the statement that binds the expression given with `runtime`.
pub(super) fn runtime(target: &Target, context: &Context) -> Option<TokenStream> {
    let given = target.runtime.as_ref()?;
    let Context {
        krate, inference, ..
    } = context;
    let span = Span::mixed_site().located_at(syn::spanned::Spanned::span(given));
    let value = borrow(given);
    let ty = quote_spanned!(span=> &#krate::Inference);
    Some(quote!(let #inference: #ty = #value;))
}

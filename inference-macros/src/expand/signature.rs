//! The signature: predictions out, the runtime's extractor in.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{FnArg, Signature, parse_quote};

use super::borrow::borrowed;
use super::names::Scope;
use crate::handler::Handler;
use crate::operation::Scene;

/// The signature that axum sees.
pub(super) fn with_extractor(handler: &Handler, scene: &Scene, scope: &Scope) -> Signature {
    let mut signature = handler.sig.clone();
    if scene.runtime.is_none() && handler.receiver().is_none() {
        let Scope {
            krate, inference, ..
        } = scope;
        let extractor: FnArg = parse_quote!(#inference: #krate::Inference);
        signature.inputs.insert(0, extractor);
    }
    signature
}

/// The statement that takes the `Inference` from where `runtime` says.
pub(super) fn runtime(scene: &Scene, scope: &Scope) -> Option<TokenStream> {
    let given = scene.runtime.as_ref()?;
    let Scope {
        krate, inference, ..
    } = scope;
    let span = Span::mixed_site().located_at(syn::spanned::Spanned::span(given));
    let value = borrowed(given);
    let ty = quote_spanned!(span=> &#krate::Inference);
    Some(quote!(let #inference: #ty = #value;))
}

//! A function whose annotation is wrong, written so that its errors are the only ones.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{FnArg, Type, parse_quote};

use super::names::Context;
use super::signature;
use crate::handler::{Handler, Prediction};
use crate::operation::{CheckError, Target};

/// The errors, beside the function in the shape it would have had.
///
/// Its predictions are declared and never made: code that uses them still has their types, and a router that
/// takes the handler sees a handler.
pub(crate) fn invalid_handler(handler: &Handler, error: CheckError) -> TokenStream {
    let (attrs, vis, body) = (&handler.attrs, &handler.vis, &handler.body);
    let mut signature = match &error.target {
        Some(target) => signature::with_extractor(handler, target, &Context::new(target)),
        None => handler.sig.clone(),
    };
    signature.constness = None;
    signature.asyncness.get_or_insert_default();
    // Such a type can be written in a signature alone.
    let (nameless, named): (Vec<&Prediction>, Vec<&Prediction>) = handler
        .predictions
        .iter()
        .partition(|p| matches!(p.ty, Type::ImplTrait(_)));
    for Prediction { pat, ty, .. } in nameless {
        let parameter: FnArg = parse_quote!(#pat: #ty);
        signature.inputs.push(parameter);
    }
    let declared = named
        .iter()
        .map(|Prediction { pat, ty, .. }| quote!(let #pat: #ty = loop {};));
    let used = used(error.target.as_ref());
    let errors = error
        .errors
        .into_iter()
        .map(|error| error.into_compile_error());
    quote! {
        #(#attrs)*
        #[allow(unused, clippy::all)]
        #vis #signature {
            #used
            #(#declared)*
            #body
        }
        #(#errors)*
    }
}

/// The expression for the runtime still counts as a use of what it names.
fn used(target: Option<&Target>) -> Option<TokenStream> {
    let runtime = target?.runtime.as_ref()?;
    Some(quote!(let _ = &#runtime;))
}

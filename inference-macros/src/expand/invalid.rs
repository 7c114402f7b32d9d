//! Generates the function when its annotation is invalid, so that no further errors follow.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{FnArg, Type, parse_quote};

use super::names::Context;
use super::signature;
use crate::handler::{Handler, Prediction};
use crate::operation::{CheckError, Target};

/// Generates the errors, and the function with the signature it would have had.
///
/// Its predictions are declared but never made, so that the body still type-checks and a router still accepts the
/// handler.
pub(crate) fn invalid_handler(handler: &Handler, error: CheckError) -> TokenStream {
    let (attrs, vis, body) = (&handler.attrs, &handler.vis, &handler.body);
    let mut signature = match &error.target {
        Some(target) => signature::with_extractor(handler, target, &Context::new(target)),
        None => handler.sig.clone(),
    };
    signature.constness = None;
    signature.asyncness.get_or_insert_default();
    // `impl Trait` is allowed in a signature but not in a `let` statement.
    let (opaque, nameable): (Vec<&Prediction>, Vec<&Prediction>) = handler
        .predictions
        .iter()
        .partition(|p| matches!(p.ty, Type::ImplTrait(_)));
    for Prediction { pat, ty, .. } in opaque {
        let parameter: FnArg = parse_quote!(#pat: #ty);
        signature.inputs.push(parameter);
    }
    let declared = nameable
        .iter()
        .map(|Prediction { pat, ty, .. }| quote!(let #pat: #ty = loop {};));
    let used = use_runtime(error.target.as_ref());
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

/// Returns a statement that uses the expression for the runtime, so that its names are not reported as unused.
fn use_runtime(target: Option<&Target>) -> Option<TokenStream> {
    let runtime = target?.runtime.as_ref()?;
    Some(quote!(let _ = &#runtime;))
}

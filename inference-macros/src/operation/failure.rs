//! What happens when the model does not answer, where no fallback says it.

use quote::ToTokens;
use syn::ReturnType;
use syn::spanned::Spanned;

use super::Failure;
use crate::diagnostics::error_with_help;
use crate::handler::{Handler, Prediction, argument_of, is_fallible, type_name};

/// Whether the prediction's type holds the failure itself.
pub(super) fn is_left_to_the_handler(prediction: &Prediction) -> bool {
    is_fallible(&prediction.ty)
}

/// The one of the three ways out that the handler has taken, or an error that names them.
pub(super) fn without_fallback(prediction: &Prediction, handler: &Handler) -> syn::Result<Failure> {
    if is_left_to_the_handler(prediction) {
        return Ok(Failure::Delivered);
    }
    if let Some(ty) = handler.returned_result() {
        return Ok(Failure::Return(ty.span()));
    }
    let text = "the model may fail to answer, and nothing says what happens then";
    let help = ways_out(prediction);
    Err(match &handler.sig.output {
        ReturnType::Type(_, ty) => error_with_help(ty, text, help),
        ReturnType::Default => error_with_help(&handler.sig.ident, text, help),
    })
}

fn ways_out(prediction: &Prediction) -> String {
    let plain = match (type_name(&prediction.ty), argument_of(&prediction.ty)) {
        (Some(name), Some(argument)) if name == "Prediction" => argument,
        _ => &prediction.ty,
    };
    let plain = compact(plain);
    format!(
        "add `fallback = …`; or return a `Result` whose error is `From<InferenceError>`; \
         or take `Option<{plain}>` or `Result<{plain}, InferenceError>`"
    )
}

/// A type as people write it.
pub(super) fn compact(ty: &impl ToTokens) -> String {
    ty.to_token_stream()
        .to_string()
        .replace(' ', "")
        .replace(',', ", ")
}

//! What happens when the model does not answer, where no fallback says it.

use quote::ToTokens;
use syn::ReturnType;
use syn::spanned::Spanned;

use super::FailureAction;
use crate::diagnostics::error_with_help;
use crate::handler::{Handler, Prediction, first_type_argument, is_fallible, type_name};

/// Whether the prediction's type holds the failure itself.
pub(super) fn delivers_failure(prediction: &Prediction) -> bool {
    is_fallible(&prediction.ty)
}

/// The one of the three ways out that the handler has taken, or an error that names them.
pub(super) fn without_fallback(
    prediction: &Prediction,
    handler: &Handler,
) -> syn::Result<FailureAction> {
    if delivers_failure(prediction) {
        return Ok(FailureAction::Deliver);
    }
    if let Some(ty) = handler.result_return_type() {
        return Ok(FailureAction::Return(ty.span()));
    }
    let text = "the model may fail to answer, and nothing says what happens then";
    let help = failure_help(prediction);
    Err(match &handler.sig.output {
        ReturnType::Type(_, ty) => error_with_help(ty, text, help),
        ReturnType::Default => error_with_help(&handler.sig.ident, text, help),
    })
}

fn failure_help(prediction: &Prediction) -> String {
    let plain = match (
        type_name(&prediction.ty),
        first_type_argument(&prediction.ty),
    ) {
        (Some(name), Some(argument)) if name == "Prediction" => argument,
        _ => &prediction.ty,
    };
    let plain = type_text(plain);
    format!(
        "add `fallback = …`; or return a `Result` whose error is `From<InferenceError>`; \
         or take `Option<{plain}>` or `Result<{plain}, InferenceError>`"
    )
}

/// A type as people write it.
pub(super) fn type_text(ty: &impl ToTokens) -> String {
    ty.to_token_stream()
        .to_string()
        .replace(' ', "")
        .replace(',', ", ")
}

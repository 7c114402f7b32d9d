//! The handling of a failed prediction without a fallback.

use quote::ToTokens;
use syn::ReturnType;
use syn::spanned::Spanned;

use super::FailureAction;
use crate::diagnostics::error_with_help;
use crate::handler::{Handler, Prediction, first_type_argument, is_fallible, type_name};

/// Whether the prediction's type delivers the failure to the handler.
pub(super) fn delivers_failure(prediction: &Prediction) -> bool {
    is_fallible(&prediction.ty)
}

/// Returns the failure action of a prediction without a fallback, or an error that lists the options.
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
    let text = "the failure of this prediction is not handled";
    let help = failure_help(prediction);
    Err(match &handler.sig.output {
        ReturnType::Type(_, ty) => error_with_help(ty, text, help),
        ReturnType::Default => error_with_help(&handler.sig.ident, text, help),
    })
}

fn failure_help(prediction: &Prediction) -> String {
    let value_type = match (
        type_name(&prediction.ty),
        first_type_argument(&prediction.ty),
    ) {
        (Some(name), Some(argument)) if name == "Prediction" => argument,
        _ => &prediction.ty,
    };
    let value_type = type_text(value_type);
    format!(
        "add `fallback = …`; or return a `Result` whose error implements `From<InferenceError>`; \
         or use the type `Option<{value_type}>` or `Result<{value_type}, InferenceError>`"
    )
}

/// Returns the source text of a type, without spaces between tokens.
pub(super) fn type_text(ty: &impl ToTokens) -> String {
    ty.to_token_stream()
        .to_string()
        .replace(' ', "")
        .replace(',', ", ")
}

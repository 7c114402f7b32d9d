//! Generates the static `Operation` of one prediction.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;

use super::names::{Context, Names};
use super::policies;
use crate::handler::{Handler, doc};
use crate::operation::{FailureAction, OperationName, PredictionPlan};
use crate::tasks::marker;

pub(super) fn write(
    plan: &PredictionPlan,
    handler: &Handler,
    names: &Names,
    context: &Context,
) -> TokenStream {
    let krate = &context.krate;
    let function = handler.sig.ident.unraw().to_string();
    let doc = doc(&handler.attrs).map(|text| quote!(doc = #text));
    let operation = &names.operation;
    let marker = marker(plan.task);
    let name = match &plan.name {
        OperationName::Explicit(literal) => quote!(name = #literal),
        OperationName::Derived(segments) => {
            let path: String = segments
                .iter()
                .map(|segment| format!("::{segment}"))
                .collect();
            quote!(#path)
        }
    };
    let models = plan.models.iter().map(|model| {
        let (backend, name, provider) = (&model.backend, &model.name, &model.provider);
        quote!((#backend, #name, #provider))
    });
    let policies = policies::write(&plan.policies, context);
    let fallback =
        matches!(plan.failure, FailureAction::Fallback { .. }).then(|| quote!(.fallback()));
    quote! {
        static #operation: #krate::Operation<#krate::task::#marker> =
            #krate::__private::operation!(#operation, #function #doc, #name, [#(#models),*] #policies #fallback);
    }
}

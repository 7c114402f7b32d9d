//! Generates the static `Operation` of one prediction.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::names::{Context, Names};
use super::policies;
use crate::operation::{FailureAction, OperationName, PredictionPlan};

pub(super) fn write(plan: &PredictionPlan, names: &Names, context: &Context) -> TokenStream {
    let krate = &context.krate;
    let operation = &names.operation;
    let marker = plan.task.marker();
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
    let max_input = plan.max_input.map(|bytes| {
        let bytes = Literal::u64_unsuffixed(bytes);
        quote!(.max_input(#bytes))
    });
    let fallback =
        matches!(plan.failure, FailureAction::Fallback { .. }).then(|| quote!(.fallback()));
    quote! {
        static #operation: #krate::Operation<#krate::task::#marker> =
            #krate::__private::operation!(#operation, #name, [#(#models),*] #policies #max_input #fallback);
    }
}

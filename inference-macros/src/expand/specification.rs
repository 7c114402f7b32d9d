//! The static that says what one prediction is.

use proc_macro2::TokenStream;
use quote::quote;

use super::names::{Names, Scope};
use super::policies;
use crate::operation::{Failure, Name, Question};
use crate::tasks::marker;

pub(super) fn write(question: &Question, names: &Names, scope: &Scope) -> TokenStream {
    let krate = &scope.krate;
    let operation = &names.operation;
    let marker = marker(question.task);
    let name = match &question.name {
        Name::Given(literal) => quote!(name = #literal),
        Name::Path(words) => {
            let path: String = words.iter().map(|word| format!("::{word}")).collect();
            quote!(#path)
        }
    };
    let models = question.models.iter().map(|model| {
        let (backend, name, provider) = (&model.backend, &model.name, &model.provider);
        quote!((#backend, #name, #provider))
    });
    let policies = policies::write(&question.policies, scope);
    let fallback =
        matches!(question.failure, Failure::Fallback { .. }).then(|| quote!(.fallback()));
    quote! {
        static #operation: #krate::Operation<#krate::task::#marker> =
            #krate::__private::operation!(#operation, #name, [#(#models),*] #policies #fallback);
    }
}

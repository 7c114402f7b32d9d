//! The static that says what one prediction is.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::ext::IdentExt;

use super::names::{Names, Scope};
use super::policies;
use crate::handler::{Handler, doc};
use crate::operation::{Failure, Name, Question};

pub(super) fn write(
    question: &Question,
    handler: &Handler,
    names: &Names,
    scope: &Scope,
) -> TokenStream {
    let krate = &scope.krate;
    let function = handler.sig.ident.unraw().to_string();
    let doc = doc(&handler.attrs).map(|text| quote!(doc = #text));
    let operation = &names.operation;
    let marker = question.task.marker();
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
    let max_input = question.max_input.map(|bytes| {
        let bytes = Literal::u64_unsuffixed(bytes);
        quote!(.max_input(#bytes))
    });
    let fallback =
        matches!(question.failure, Failure::Fallback { .. }).then(|| quote!(.fallback()));
    quote! {
        static #operation: #krate::Operation<#krate::task::#marker> =
            #krate::__private::operation!(#operation, #function #doc, #name, [#(#models),*] #policies #max_input #fallback);
    }
}

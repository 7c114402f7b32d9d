//! Generates the policies of the annotation. Policies that it does not set are left to the runtime's defaults.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use super::names::Context;
use crate::args::Range;
use crate::operation::Policies;

pub(super) fn write(policies: &Policies, context: &Context) -> TokenStream {
    let calls = policies.layer.calls().into_iter().map(|call| {
        let method = Ident::new(call.method, Span::mixed_site());
        let arguments = call.arguments.into_iter().map(Literal::u64_unsuffixed);
        quote!(.#method(#(#arguments),*))
    });
    let allow = allow(policies, context);
    quote!(#(#calls)* #allow)
}

fn allow(policies: &Policies, context: &Context) -> Option<TokenStream> {
    let krate = &context.krate;
    let bounds = policies.allow.as_ref()?.0.iter().map(|bound| {
        let name = bound.name;
        match &bound.range {
            Range::Any => quote!(#krate::__private::Bound::any(#name)),
            Range::Models { patterns, .. } => {
                quote!(#krate::__private::Bound::models(&[#(#patterns),*]))
            }
            Range::Between { least, most, .. } => {
                let [least, most] = [*least, *most].map(Literal::u64_unsuffixed);
                quote!(#krate::__private::Bound::between(#name, #least, #most))
            }
        }
    });
    Some(quote!(.allow(const { &[#(#bounds),*] })))
}

//! Generates the `format_args!` call for a template.

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

use super::names::Context;
use crate::template::{Piece, Template};

/// Returns an expression for the formatted text. It is a `Result`, because `Display` can fail.
pub(super) fn format_text(template: &Template, context: &Context) -> TokenStream {
    let krate = &context.krate;
    let arguments = arguments(template);
    quote!(#krate::__private::prompt(#krate::__private::format_args!(#arguments)))
}

fn arguments(template: &Template) -> TokenStream {
    let literal = &template.literal;
    // The compiler can point into an unchanged literal.
    if template.has_only_identifiers() {
        return quote!(#literal);
    }
    let mut format = String::new();
    for piece in &template.pieces {
        match piece {
            Piece::Text(text) => format.push_str(&text.replace('{', "{{").replace('}', "}}")),
            Piece::Placeholder(_) => format.push_str("{}"),
        }
    }
    let format = LitStr::new(&format, literal.span());
    let values = template
        .placeholders()
        .map(|placeholder| &placeholder.value);
    quote!(#format #(, #values)*)
}

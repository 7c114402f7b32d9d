//! The default input: the last parameter that is not a prediction, unwrapped from axum's extractors.

use quote::ToTokens;
use syn::{Expr, Ident, Member, Pat, PatType, parse_quote};

use super::Handler;
use super::types::type_name;
use crate::diagnostics::error_with_help;

/// The extractors that wrap a value from the request in a tuple struct with one field.
const WRAPPERS: &[&str] = &["Json", "Form", "Query", "Path"];

/// The extractor of an uploaded file, and its field that holds the file.
const UPLOAD: (&str, &str) = ("Upload", "media");

/// Returns the expression for the default input, or an error if it cannot be chosen.
pub(crate) fn default_input(handler: &Handler) -> syn::Result<Expr> {
    let Some(parameter) = handler.other_parameters().next_back() else {
        return Err(error_with_help(
            &handler.sig.ident,
            "cannot choose the input: the handler has no other parameter",
            "add `input = …`",
        ));
    };
    let Some(ident) = bound_ident(&parameter.pat) else {
        return Err(error_with_help(
            &parameter.pat,
            "cannot choose the input from this pattern",
            "add `input = …`",
        ));
    };
    Ok(if is_wrapped(parameter) {
        parse_quote!(#ident.0)
    } else {
        parse_quote!(#ident)
    })
}

/// Whether the parameter binds the extractor itself, as in `review: Json<Review>`.
fn is_wrapped(parameter: &PatType) -> bool {
    matches!(&*parameter.pat, Pat::Ident(_))
        && type_name(&parameter.ty)
            .is_some_and(|name| WRAPPERS.iter().any(|wrapper| name == wrapper))
}

fn bound_ident(pattern: &Pat) -> Option<Ident> {
    match pattern {
        Pat::Ident(pattern) if pattern.subpat.is_none() => Some(pattern.ident.clone()),
        Pat::Paren(pattern) => bound_ident(&pattern.pat),
        Pat::TupleStruct(pattern) => {
            let wrapper = pattern
                .path
                .segments
                .last()?
                .ident
                .to_token_stream()
                .to_string();
            match (WRAPPERS.contains(&wrapper.as_str()), pattern.elems.len()) {
                (true, 1) => bound_ident(pattern.elems.first()?),
                _ => None,
            }
        }
        Pat::Struct(pattern) if pattern.path.segments.last()?.ident == UPLOAD.0 => {
            let mut fields = pattern.fields.iter();
            bound_ident(&fields.find(|field| is_media(&field.member))?.pat)
        }
        _ => None,
    }
}

fn is_media(field: &Member) -> bool {
    matches!(field, Member::Named(name) if name == UPLOAD.1)
}

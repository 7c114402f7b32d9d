//! The input that an annotation does not name: the last other parameter, seen through axum's wrappers.

use quote::ToTokens;
use syn::{Expr, Ident, Member, Pat, PatType, parse_quote};

use super::Handler;
use super::types::type_name;
use crate::diagnostics::error_with_help;

/// The extractors that are a thin shell around what the client sent.
const WRAPPERS: &[&str] = &["Json", "Form", "Query", "Path"];

/// The extractor of a file, and its field with the file.
const UPLOAD: (&str, &str) = ("Upload", "media");

/// The expression for the input, or an error that asks for it.
pub(crate) fn default_input(handler: &Handler) -> syn::Result<Expr> {
    let Some(parameter) = handler.other_parameters().next_back() else {
        return Err(error_with_help(
            &handler.sig.ident,
            "there is no parameter to take the input from",
            "say what the model is asked: `input = …`",
        ));
    };
    let Some(ident) = bound_ident(&parameter.pat) else {
        return Err(error_with_help(
            &parameter.pat,
            "which value of this pattern the model is asked about is unclear",
            "say it: `input = …`",
        ));
    };
    Ok(if is_wrapped(parameter) {
        parse_quote!(#ident.0)
    } else {
        parse_quote!(#ident)
    })
}

/// Whether the parameter is a whole shell, `review: Json<Review>`.
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

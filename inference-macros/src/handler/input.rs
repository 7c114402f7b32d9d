//! The input that an annotation does not name: the last other parameter, seen through axum's wrappers.

use quote::ToTokens;
use syn::{Expr, Ident, Member, Pat, PatType, parse_quote};

use super::Handler;
use super::types::name_of;
use crate::diagnostics::error_with_help;

/// The extractors that are a thin shell around what the client sent.
const SHELLS: &[&str] = &["Json", "Form", "Query", "Path"];

/// The extractor of a file, and its field with the file.
const UPLOAD: (&str, &str) = ("Upload", "media");

/// The expression for the input, or an error that asks for it.
pub(crate) fn found(handler: &Handler) -> syn::Result<Expr> {
    let Some(parameter) = handler.others().next_back() else {
        return Err(error_with_help(
            &handler.sig.ident,
            "there is no parameter to take the input from",
            "say what the model is asked: `input = …`",
        ));
    };
    let Some(ident) = name_in(&parameter.pat) else {
        return Err(error_with_help(
            &parameter.pat,
            "which value of this pattern the model is asked about is unclear",
            "say it: `input = …`",
        ));
    };
    Ok(if is_shell(parameter) {
        parse_quote!(#ident.0)
    } else {
        parse_quote!(#ident)
    })
}

/// Whether the parameter is a whole shell, `review: Json<Review>`.
fn is_shell(parameter: &PatType) -> bool {
    matches!(&*parameter.pat, Pat::Ident(_))
        && name_of(&parameter.ty).is_some_and(|name| SHELLS.iter().any(|shell| name == shell))
}

fn name_in(pattern: &Pat) -> Option<Ident> {
    match pattern {
        Pat::Ident(pattern) if pattern.subpat.is_none() => Some(pattern.ident.clone()),
        Pat::Paren(pattern) => name_in(&pattern.pat),
        Pat::TupleStruct(pattern) => {
            let shell = pattern
                .path
                .segments
                .last()?
                .ident
                .to_token_stream()
                .to_string();
            match (SHELLS.contains(&shell.as_str()), pattern.elems.len()) {
                (true, 1) => name_in(pattern.elems.first()?),
                _ => None,
            }
        }
        Pat::Struct(pattern) if pattern.path.segments.last()?.ident == UPLOAD.0 => {
            let mut fields = pattern.fields.iter();
            name_in(&fields.find(|field| is_media(&field.member))?.pat)
        }
        _ => None,
    }
}

fn is_media(field: &Member) -> bool {
    matches!(field, Member::Named(name) if name == UPLOAD.1)
}

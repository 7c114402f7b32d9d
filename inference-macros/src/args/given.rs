//! An argument that was typed, whether or not what was typed makes sense.

use darling::FromMeta;
use darling::ast::NestedMeta;
use syn::{Expr, Meta, MetaList, Path};

use crate::diagnostics::{error_with_help, with_help};

/// A value that can be given to an argument.
pub(crate) trait Argument: Sized {
    /// How the argument is written, for the help of an error: `timeout = "3s"`.
    const EXAMPLE: &'static str;

    /// From `name = value`.
    fn from_expression(value: &Expr) -> syn::Result<Self>;

    /// From `name(...)`; most arguments have no such form.
    fn from_arguments(list: &MetaList) -> syn::Result<Self> {
        let name = name_of(&list.path);
        Err(error_with_help(
            list,
            format!("`{name}` takes a value, not a list"),
            format!("write `{}`", Self::EXAMPLE),
        ))
    }
}

/// The value of an argument, or what is wrong with it.
///
/// Reading never fails, so that darling keeps every argument it has found and a misread one does not also
/// count as missing.
#[derive(Clone)]
pub(crate) struct Given<T> {
    pub(crate) value: syn::Result<T>,
}

impl<T: Argument> FromMeta for Given<T> {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let value = match item {
            Meta::NameValue(pair) => T::from_expression(&pair.value),
            Meta::List(list) => T::from_arguments(list),
            Meta::Path(path) => Err(error_with_help(
                path,
                format!("`{}` has no value", name_of(path)),
                format!("write `{}`", T::EXAMPLE),
            )),
        };
        Ok(Self { value })
    }

    fn from_invalid_expr(item: &darling::ast::MetaNameValueInvalidExpr) -> darling::Result<Self> {
        let unreadable = syn::Error::from(item.error.clone());
        Ok(Self {
            value: Err(syn::Error::new(
                unreadable.span(),
                with_help(
                    format!(
                        "the value of `{}` is not an expression",
                        name_of(&item.path)
                    ),
                    format!("write `{}`", T::EXAMPLE),
                ),
            )),
        })
    }

    fn from_nested_meta(item: &NestedMeta) -> darling::Result<Self> {
        match item {
            NestedMeta::Meta(meta) => Self::from_meta(meta),
            NestedMeta::NameValueInvalidExpr(invalid) => Self::from_invalid_expr(invalid),
            NestedMeta::Lit(literal) => Err(darling::Error::unexpected_lit_type(literal)),
        }
    }
}

/// An argument's name; arguments are single words.
pub(super) fn name_of(path: &Path) -> String {
    let words: Vec<String> = path
        .segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect();
    words.join("::")
}

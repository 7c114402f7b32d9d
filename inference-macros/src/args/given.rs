//! An argument that was typed, whether or not what was typed makes sense.

use darling::FromMeta;
use darling::ast::MetaNameValueInvalidExpr;
use syn::{Expr, Meta, MetaList, Path};

use crate::diagnostics::{error, error_with_help};

/// A value that can be given to an argument.
pub(crate) trait Argument: Sized {
    /// How the argument is written, for the help of an error: `timeout = "3s"`.
    const EXAMPLE: &'static str;

    /// From `name = value`.
    fn from_expression(value: &Expr) -> syn::Result<Self>;

    /// From `name(...)`; most arguments have no such form.
    fn from_arguments(list: &MetaList) -> syn::Result<Self> {
        Err(not_a_list(list, Self::EXAMPLE))
    }
}

/// The value of an argument, or what is wrong with it.
///
/// Reading never fails, so that darling keeps every argument it has found and a misread one does not also
/// count as missing.
#[derive(Clone)]
pub(crate) struct Given<T> {
    pub(crate) value: syn::Result<T>,
    /// All of it, as typed.
    pub(crate) item: Meta,
}

impl<T: Argument> FromMeta for Given<T> {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let value = match item {
            Meta::NameValue(pair) => T::from_expression(&pair.value),
            Meta::List(list) => T::from_arguments(list),
            Meta::Path(path) => Err(valueless(path, T::EXAMPLE)),
        };
        Ok(Self {
            value,
            item: item.clone(),
        })
    }
}

/// A name alone.
pub(super) fn valueless(name: &Path, example: &str) -> syn::Error {
    error_with_help(
        name,
        format!("`{}` has no value", name_of(name)),
        format!("write `{example}`"),
    )
}

/// `name(...)` for a single value.
pub(super) fn not_a_list(list: &MetaList, example: &str) -> syn::Error {
    error_with_help(
        list,
        format!("`{}` accepts a value, not a list", name_of(&list.path)),
        format!("write `{example}`"),
    )
}

/// A value that is no expression, or none at all.
pub(super) fn no_expression(pair: &MetaNameValueInvalidExpr) -> syn::Error {
    let name = name_of(&pair.path);
    if pair.value.is_empty() {
        return error_with_help(
            &pair.path,
            format!("`{name}` has no value"),
            format!("write `{name} = …`"),
        );
    }
    error(
        &pair.value,
        format!("the value of `{name}` is not an expression"),
    )
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

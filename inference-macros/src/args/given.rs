//! An argument that is present, whether or not its value is valid.

use darling::FromMeta;
use darling::ast::MetaNameValueInvalidExpr;
use syn::{Expr, Meta, MetaList, Path};

use crate::diagnostics::{error, error_with_help};

/// The value of an argument.
pub(crate) trait Argument: Sized {
    /// An example of the argument, for the help of an error: `timeout = "3s"`.
    const EXAMPLE: &'static str;

    /// Reads the value of `name = value`.
    fn from_expression(value: &Expr) -> syn::Result<Self>;

    /// Reads the list of `name(...)`. Most arguments reject this form.
    fn from_arguments(list: &MetaList) -> syn::Result<Self> {
        Err(not_a_list(list, Self::EXAMPLE))
    }
}

/// The value of an argument, or its error.
///
/// `from_meta` never fails, so that darling returns every argument it finds, and an invalid one is not also reported as
/// missing.
#[derive(Clone)]
pub(crate) struct Given<T> {
    pub(crate) value: syn::Result<T>,
    /// The whole argument, as typed.
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

/// Returns the error of an argument that is only a name.
pub(super) fn valueless(name: &Path, example: &str) -> syn::Error {
    error_with_help(
        name,
        format!("`{}` has no value", name_of(name)),
        format!("write `{example}`"),
    )
}

/// Returns the error of `name(...)` for an argument with a single value.
pub(super) fn not_a_list(list: &MetaList, example: &str) -> syn::Error {
    error_with_help(
        list,
        format!("`{}` accepts a value, not a list", name_of(&list.path)),
        format!("write `{example}`"),
    )
}

/// Returns the error of a value that is missing or not an expression.
pub(super) fn invalid_expression(pair: &MetaNameValueInvalidExpr) -> syn::Error {
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

/// Returns the name of an argument.
pub(super) fn name_of(path: &Path) -> String {
    let words: Vec<String> = path
        .segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect();
    words.join("::")
}

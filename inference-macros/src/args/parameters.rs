//! `parameters(top_k = 3)`. Whether the task has them is checked later, when the task is known.

use darling::ast::NestedMeta;
use syn::{Expr, Ident, Meta, MetaList, Path};

use super::given::{Argument, invalid_expression, name_of};
use super::list::{duplicate, items, path_of};
use crate::diagnostics::{error, error_with_help};

/// The parameters, in the order typed.
#[derive(Clone)]
pub(crate) struct Parameters {
    pub(crate) settings: Vec<Setting>,
}

/// `top_k = 3`.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) name: Ident,
    pub(crate) value: Expr,
}

impl Argument for Parameters {
    const EXAMPLE: &'static str = "parameters(top_k = 3)";

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        Err(error_with_help(
            value,
            "`parameters` accepts a list in parentheses",
            format!("write `{}`", Self::EXAMPLE),
        ))
    }

    fn from_arguments(list: &MetaList) -> syn::Result<Self> {
        let mut settings: Vec<Setting> = Vec::new();
        let mut failed: Option<syn::Error> = None;
        for item in items(list.tokens.clone())? {
            match setting(&item, &settings) {
                Ok(setting) => settings.push(setting),
                Err(error) => match &mut failed {
                    Some(first) => first.combine(error),
                    None => failed = Some(error),
                },
            }
        }
        failed.map_or(Ok(Self { settings }), Err)
    }
}

fn setting(item: &NestedMeta, before: &[Setting]) -> syn::Result<Setting> {
    let Some(path) = path_of(item) else {
        return Err(error_with_help(
            item,
            "a value without a name",
            "write `top_k = 3`",
        ));
    };
    let name = ident(path)?;
    let value = match item {
        NestedMeta::Meta(Meta::NameValue(pair)) => pair.value.clone(),
        NestedMeta::NameValueInvalidExpr(pair) => return Err(invalid_expression(pair)),
        _ => {
            return Err(error_with_help(
                item,
                format!("parameter `{name}` has no value"),
                format!("write `{name} = …`"),
            ));
        }
    };
    if before.iter().any(|other| other.name == name) {
        return Err(duplicate(path, &name.to_string()));
    }
    Ok(Setting { name, value })
}

fn ident(path: &Path) -> syn::Result<Ident> {
    match path.get_ident() {
        Some(ident) => Ok(ident.clone()),
        None => Err(error(
            path,
            format!("`{}` is not the name of a parameter", name_of(path)),
        )),
    }
}

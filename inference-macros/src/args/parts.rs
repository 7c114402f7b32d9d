//! The parts of an argument that is a list: `allow(timeout = "1s..=10s", retry)`.

use darling::ast::NestedMeta;
use syn::{Expr, Meta, MetaList};

use super::given::{invalid_expression, name_of};
use super::list::{duplicate, items, path_of};
use crate::diagnostics::{did_you_mean, error_with_help};

/// The names of the valid parts, each with an example.
type Known<'k> = &'k [(&'static str, &'static str)];

/// The parts that are present. None is unknown or repeated.
pub(super) struct Parts<'k> {
    typed: Vec<(String, Meta)>,
    known: Known<'k>,
}

impl<'k> Parts<'k> {
    pub(super) fn read(list: &MetaList, known: Known<'k>) -> syn::Result<Self> {
        let owner = name_of(&list.path);
        let mut parts: Vec<(String, Meta)> = Vec::new();
        for item in items(list.tokens.clone())? {
            let Some(path) = path_of(&item) else {
                let example = known.first().map_or("name = value", |(_, example)| example);
                return Err(error_with_help(
                    item,
                    "a value without a name",
                    format!("write `{example}`"),
                ));
            };
            let name = name_of(path);
            if !known.iter().any(|(known, _)| *known == name) {
                return Err(error_with_help(
                    path,
                    format!("`{owner}` has no argument `{name}`"),
                    did_you_mean(&name, known.iter().map(|(known, _)| *known)),
                ));
            }
            if parts.iter().any(|(before, _)| *before == name) {
                return Err(duplicate(path, &name));
            }
            match item {
                NestedMeta::Meta(meta) => parts.push((name, meta)),
                NestedMeta::NameValueInvalidExpr(pair) => return Err(invalid_expression(&pair)),
                NestedMeta::Lit(_) => {}
            }
        }
        Ok(Self {
            typed: parts,
            known,
        })
    }

    /// Iterates over the parts in the order typed.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Meta)> {
        self.typed.iter().map(|(name, meta)| (name.as_str(), meta))
    }

    /// Reads the value of a part. Returns `None` if the part is absent.
    pub(super) fn get<T>(
        &self,
        name: &str,
        read: impl FnOnce(&str, &Expr) -> syn::Result<T>,
    ) -> syn::Result<Option<T>> {
        let Some((_, meta)) = self.typed.iter().find(|(part, _)| part == name) else {
            return Ok(None);
        };
        let text = match meta {
            Meta::NameValue(pair) => return read(name, &pair.value).map(Some),
            Meta::List(_) => format!("`{name}` accepts a value, not a list"),
            Meta::Path(_) => format!("`{name}` has no value"),
        };
        let example = self
            .known
            .iter()
            .find(|(known, _)| *known == name)
            .map_or("name = value", |(_, example)| example);
        Err(error_with_help(meta, text, format!("write `{example}`")))
    }
}

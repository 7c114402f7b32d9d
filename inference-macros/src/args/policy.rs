//! The policies as typed. Their names, forms and values are defined in `inference-spec`; this module adds the spans.

use std::collections::BTreeMap;

use darling::ast::NestedMeta;
use inference_spec::{Entry, Fault, Key, Layer, Node, Rule, Site, Value};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Expr, Lit, Meta, MetaList};

use super::given::{Given, invalid_expression, name_of, not_a_list, valueless};
use super::list::{items, path_of};
use super::literal::{inner, literal};
use crate::diagnostics::error_with_help;

/// The policies of one list.
#[derive(Default)]
pub(crate) struct PolicyArgs(BTreeMap<Key, Option<Given<PolicyArg>>>);

/// One policy of a list.
#[derive(Clone)]
pub(crate) struct PolicyArg {
    /// A layer with only this policy.
    pub(crate) layer: Layer,
    /// The settings of its list, as typed.
    parts: Vec<(String, Expr)>,
}

/// Tokens of the annotation.
#[derive(Clone)]
struct Tokens(TokenStream);

impl Site for Tokens {
    const CODE: bool = true;
}

impl PolicyArgs {
    /// Adds an argument that is a policy.
    pub(super) fn insert(&mut self, key: Key, item: &Meta) {
        let given = Given {
            value: PolicyArg::read(key, item),
            item: item.clone(),
        };
        self.0.insert(key, Some(given));
    }

    pub(crate) fn get(&self, key: Key) -> &Option<Given<PolicyArg>> {
        self.0.get(&key).unwrap_or(&None)
    }
}

impl PolicyArg {
    fn read(key: Key, item: &Meta) -> syn::Result<Self> {
        let rule = key.rule();
        let mut parts = Vec::new();
        let node = match item {
            Meta::Path(path) => return Err(valueless(path, rule.example)),
            Meta::NameValue(pair) => node(&pair.value),
            Meta::List(list) if rule.parts.is_empty() => {
                return Err(not_a_list(list, rule.example));
            }
            Meta::List(list) => Node {
                site: Tokens(list.to_token_stream()),
                value: Value::Table(entries(list, rule, &mut parts)?),
            },
        };
        let mut layer = Layer::new();
        layer.read(key, &node).map_err(spanned)?;
        Ok(Self { layer, parts })
    }

    /// Returns the value of a setting in its list.
    pub(crate) fn part(&self, name: &str) -> Option<&Expr> {
        let part = self.parts.iter().find(|(part, _)| part == name);
        part.map(|(_, value)| value)
    }
}

fn spanned(fault: Fault<Tokens>) -> syn::Error {
    error_with_help(fault.at.0, fault.text, fault.help)
}

fn node(value: &Expr) -> Node<Tokens> {
    let form = match literal(value) {
        Some(Lit::Bool(switch)) => Value::Switch(switch.value),
        Some(Lit::Str(words)) => Value::Text(words.value()),
        Some(Lit::Float(number)) => number.base10_parse().map_or(Value::Code, Value::Fraction),
        Some(Lit::Int(number)) if number.base10_digits().starts_with('-') => Value::Negative,
        Some(Lit::Int(number)) => number.base10_parse().map_or(Value::TooLarge, Value::Whole),
        _ => match inner(value) {
            Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Neg(_)) => Value::Negative,
            Expr::Array(array) => Value::List(array.elems.iter().map(node).collect()),
            _ => Value::Code,
        },
    };
    Node {
        site: Tokens(value.to_token_stream()),
        value: form,
    }
}

fn entries(
    list: &MetaList,
    rule: &Rule,
    parts: &mut Vec<(String, Expr)>,
) -> syn::Result<Vec<Entry<Tokens>>> {
    let mut entries = Vec::new();
    for item in items(list.tokens.clone())? {
        let Some(path) = path_of(&item) else {
            let example = rule.parts.first().map_or("", |part| part.example);
            let help = format!("write `{example}`");
            return Err(error_with_help(item, "a value without a name", help));
        };
        let name = name_of(path);
        let name_site = Tokens(path.to_token_stream());
        let value = match (&item, rule.part(&name)) {
            (NestedMeta::Meta(Meta::NameValue(pair)), _) => {
                parts.push((name.clone(), pair.value.clone()));
                node(&pair.value)
            }
            (NestedMeta::NameValueInvalidExpr(pair), Some(_)) => {
                return Err(invalid_expression(pair));
            }
            (NestedMeta::Meta(Meta::List(list)), Some(part)) => {
                return Err(not_a_list(list, part.example));
            }
            (_, Some(part)) => return Err(valueless(path, part.example)),
            // The unknown name is reported by `Layer::read`.
            (_, None) => Node {
                site: name_site.clone(),
                value: Value::Code,
            },
        };
        entries.push(Entry {
            name,
            name_site,
            value,
        });
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use inference_spec::{Call, cases};
    use syn::parse_quote;

    use super::*;

    /// Returns the arguments of the builder call for this text, or the error.
    fn read(key: Key, text: &str) -> Result<Vec<u64>, String> {
        let name: syn::Ident = syn::parse_str(key.name()).expect("a name");
        let argument = PolicyArg::read(key, &parse_quote!(#name = #text));
        let layer = argument.map_err(|error| error.to_string())?.layer;
        let calls = layer.calls();
        let Some(Call { arguments, .. }) = calls.first() else {
            panic!("{text}: no call is generated");
        };
        Ok(arguments.clone())
    }

    fn check<T: Copy>(
        key: Key,
        cases: &[(&str, Result<T, inference_spec::Kind>)],
        to: impl Fn(T) -> Vec<u64>,
    ) {
        for (text, expected) in cases {
            assert_eq!(read(key, text).ok(), expected.ok().map(&to), "{text}");
        }
    }

    #[test]
    fn values_are_parsed_as_in_the_shared_cases() {
        check(Key::Timeout, cases::DURATIONS, |ms| vec![ms]);
        check(Key::MaxInput, cases::SIZES, |bytes| vec![bytes as u64]);
        check(Key::RateLimit, cases::RATES, |(calls, ms)| {
            vec![calls.into(), ms]
        });
    }
}

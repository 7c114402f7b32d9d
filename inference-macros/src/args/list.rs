//! Lists of arguments. Names are checked before values are read.

use darling::FromMeta;
use darling::ast::NestedMeta;
use inference_spec::Key;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::Path;

use super::Args;
use super::given::{invalid_expression, name_of};
use super::known::{Reach, names, reach, synonym};
use super::policy::PolicyArgs;
use crate::diagnostics::{Errors, did_you_mean, error_with_help, nearest, with_help};

/// The attribute that a list belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attribute {
    Infer,
    Prediction,
}

/// A list of arguments, as typed.
#[derive(Default)]
pub(crate) struct Typed {
    pub(crate) args: Args,
    /// The arguments that misspelt names probably mean. They are not reported as missing.
    meant: Vec<&'static str>,
    /// The list could not be parsed completely, or contains unrecognizable names: no argument is reported as missing.
    unreadable: bool,
    /// The list has no arguments.
    pub(crate) empty: bool,
}

impl Typed {
    /// Reads a list, and adds its mistakes to `errors`.
    pub(crate) fn read(tokens: TokenStream, attribute: Attribute, errors: &mut Errors) -> Self {
        let mut typed = Self {
            empty: tokens.is_empty(),
            ..Self::default()
        };
        let items = match items(tokens) {
            Ok(items) => items,
            Err(error) => {
                errors.push(error);
                typed.unreadable = true;
                return typed;
            }
        };
        let mut seen: Vec<String> = Vec::new();
        let mut other_items = Vec::new();
        let mut policies = PolicyArgs::default();
        for item in items {
            let Some(path) = path_of(&item) else {
                errors.push(stray_literal(&item));
                typed.unreadable = true;
                continue;
            };
            let name = name_of(path);
            match reach(&name) {
                None => errors.push(typed.unknown(path, &name)),
                Some(Reach::Function) if attribute == Attribute::Prediction => {
                    errors.push(error_with_help(
                        path,
                        format!("`{name}` applies to the whole function"),
                        "move it into `#[infer(...)]`",
                    ));
                }
                Some(_) if seen.contains(&name) => errors.push(duplicate(path, &name)),
                Some(_) => {
                    match (&item, Key::from_name(&name)) {
                        (NestedMeta::NameValueInvalidExpr(pair), _) => {
                            errors.push(invalid_expression(pair));
                            typed.unreadable = true;
                        }
                        (NestedMeta::Meta(meta), Some(key)) => policies.insert(key, meta),
                        _ => other_items.push(item),
                    }
                    seen.push(name);
                }
            }
        }
        match Args::from_list(&other_items) {
            Ok(args) => typed.args = args,
            Err(unexpected) => {
                typed.unreadable = true;
                for error in unexpected.flatten() {
                    errors.push(error.into());
                }
            }
        }
        typed.args.policies = policies;
        typed
    }

    /// Whether `name` is certainly missing from the list.
    pub(crate) fn lacks(&self, name: &str) -> bool {
        !self.unreadable && !self.meant.contains(&name)
    }

    fn unknown(&mut self, path: &Path, name: &str) -> syn::Error {
        match synonym(name).or_else(|| nearest(name, names())) {
            Some(meant) => {
                self.meant.push(meant);
                error_with_help(
                    path,
                    format!("unknown argument `{name}`"),
                    format!("did you mean `{meant}`?"),
                )
            }
            None => {
                self.unreadable = true;
                error_with_help(
                    path,
                    format!("unknown argument `{name}`"),
                    did_you_mean(name, names()),
                )
            }
        }
    }
}

/// Returns the error of an argument that is repeated.
pub(super) fn duplicate(path: impl ToTokens, name: &str) -> syn::Error {
    error_with_help(
        path,
        format!("`{name}` is given twice"),
        "keep one of the two",
    )
}

/// Parses the items of a list, with clearer messages than those of the parser.
pub(super) fn items(tokens: TokenStream) -> syn::Result<Vec<NestedMeta>> {
    NestedMeta::parse_meta_list(tokens.clone()).map_err(|error| {
        if let Some(colon) = colon(&tokens) {
            return error_with_help(colon, "expected `=`, found `:`", "write `name = value`");
        }
        match error.to_string().as_str() {
            "expected `,`" => syn::Error::new(
                error.span(),
                with_help("expected `,`", "arguments are separated by commas"),
            ),
            "expected identifier or literal" => syn::Error::new(
                error.span(),
                with_help("expected the name of an argument", "write `name = value`"),
            ),
            // Without a token to point to, the compiler would underline the whole attribute.
            text if text.starts_with("unexpected end of input") => error_with_help(
                tokens.into_iter().last(),
                "the last argument is incomplete",
                "write `name = value`",
            ),
            _ => error,
        }
    })
}

/// Returns the colon in `name: value`.
fn colon(tokens: &TokenStream) -> Option<TokenTree> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    tokens.windows(3).find_map(|window| match window {
        [TokenTree::Ident(_), TokenTree::Punct(colon), after] if colon.as_char() == ':' => {
            let path = matches!(after, TokenTree::Punct(second) if second.as_char() == ':');
            (!path).then(|| TokenTree::Punct(colon.clone()))
        }
        _ => None,
    })
}

/// Returns the name of an item, if it has one.
pub(super) fn path_of(item: &NestedMeta) -> Option<&Path> {
    match item {
        NestedMeta::Meta(meta) => Some(meta.path()),
        NestedMeta::NameValueInvalidExpr(pair) => Some(&pair.path),
        NestedMeta::Lit(_) => None,
    }
}

fn stray_literal(item: &NestedMeta) -> syn::Error {
    let value = item.to_token_stream();
    let help = if value.to_string().contains('/') {
        format!("write `model = {value}`")
    } else {
        "write `name = value`".to_owned()
    };
    error_with_help(item, "a value without a name", help)
}

//! A parameter marked `#[prediction]`.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Ident, Meta, Pat, PatType, Type};

use crate::diagnostics::{Errors, error_with_help};

/// The parameter, less its mark.
pub(crate) struct Prediction {
    /// `#[prediction]` and its like, at least one.
    prediction_attrs: Vec<Attribute>,
    /// The other attributes.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) pat: Pat,
    pub(crate) ty: Type,
}

/// Whether `#[prediction]` is among the attributes of a parameter.
pub(super) fn has_prediction_attr(attrs: &[Attribute]) -> bool {
    attrs.iter().any(is_prediction_attr)
}

fn is_prediction_attr(attribute: &Attribute) -> bool {
    attribute.path().is_ident("prediction")
}

impl Prediction {
    pub(super) fn new(parameter: PatType) -> Self {
        let (prediction_attrs, attrs) = parameter.attrs.into_iter().partition(is_prediction_attr);
        Self {
            prediction_attrs,
            attrs,
            pat: *parameter.pat,
            ty: *parameter.ty,
        }
    }

    /// What stands in the parentheses of `#[prediction(...)]`.
    pub(crate) fn arguments(&self) -> TokenStream {
        match self.prediction_attrs.first().map(|attr| &attr.meta) {
            Some(Meta::List(list)) => list.tokens.clone(),
            _ => TokenStream::new(),
        }
    }

    /// The word `prediction` in the mark, for errors about the whole of it.
    pub(crate) fn attr_path(&self) -> TokenStream {
        self.prediction_attrs
            .first()
            .map(|attr| attr.path().to_token_stream())
            .unwrap_or_default()
    }

    /// The name of the value, where the pattern is one.
    pub(crate) fn ident(&self) -> Option<&Ident> {
        match &self.pat {
            Pat::Ident(pat) => Some(&pat.ident),
            _ => None,
        }
    }

    pub(super) fn check(&self, errors: &mut Errors) {
        if let Some(second) = self.prediction_attrs.get(1) {
            errors.push(error_with_help(
                second.path(),
                "`#[prediction]` stands twice on one parameter",
                "put all arguments into one `#[prediction(...)]`",
            ));
        }
        if let Some(Meta::NameValue(pair)) = self.prediction_attrs.first().map(|attr| &attr.meta) {
            errors.push(error_with_help(
                pair,
                "`prediction` takes its arguments in parentheses",
                "write `#[prediction(model = \"org/name\")]`",
            ));
        }
        let conditional = |attribute: &&Attribute| {
            attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr")
        };
        if let Some(attribute) = self.attrs.iter().find(conditional) {
            errors.push(error_with_help(
                attribute.path(),
                "a prediction cannot be left out by `cfg`",
                "put the `cfg` on the whole function, and write it twice",
            ));
        }
        self.check_type(errors);
    }

    fn check_type(&self, errors: &mut Errors) {
        match &self.ty {
            Type::ImplTrait(ty) => errors.push(error_with_help(
                ty,
                "a prediction needs a type of its own: it says how the answer is delivered",
                "name the type, such as `Label` or `String`",
            )),
            Type::Reference(ty) => errors.push(error_with_help(
                ty,
                "a prediction is delivered by value, not by reference",
                format!("write `{}`", owned(&ty.elem)),
            )),
            Type::Infer(ty) => errors.push(error_with_help(
                ty,
                "a prediction needs a type: it says how the answer is delivered",
                "name the type, such as `Label` or `String`",
            )),
            _ => {}
        }
    }
}

/// What to write for a borrowed type.
fn owned(borrowed: &Type) -> String {
    let written = borrowed.to_token_stream().to_string();
    match borrowed {
        Type::Path(path) if path.path.is_ident("str") => "String".to_owned(),
        Type::Slice(slice) => format!("Vec<{}>", slice.elem.to_token_stream()),
        _ => written,
    }
}

//! A parameter with the attribute `#[prediction]`.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Ident, Meta, Pat, PatType, Type};

use crate::diagnostics::{Errors, error_with_help};

/// The parsed parameter.
pub(crate) struct Prediction {
    /// The `#[prediction]` attributes, at least one.
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

    /// Returns the tokens in the parentheses of `#[prediction(...)]`.
    pub(crate) fn arguments(&self) -> TokenStream {
        match self.prediction_attrs.first().map(|attr| &attr.meta) {
            Some(Meta::List(list)) => list.tokens.clone(),
            _ => TokenStream::new(),
        }
    }

    /// Returns the path `prediction` of the attribute, the span of errors about the prediction as a whole.
    pub(crate) fn attr_path(&self) -> TokenStream {
        self.prediction_attrs
            .first()
            .map(|attr| attr.path().to_token_stream())
            .unwrap_or_default()
    }

    /// Returns the name of the parameter if its pattern is an identifier.
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
                "duplicate `#[prediction]` attribute",
                "combine the arguments in one `#[prediction(...)]`",
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
                "`cfg` cannot be applied to a prediction",
                "apply `cfg` to the function, and write one function for each configuration",
            ));
        }
        self.check_type(errors);
    }

    fn check_type(&self, errors: &mut Errors) {
        match &self.ty {
            Type::ImplTrait(ty) => errors.push(error_with_help(
                ty,
                "a prediction requires a concrete type: the type selects how the answer is delivered",
                "name the type, such as `Label` or `String`",
            )),
            Type::Reference(ty) => errors.push(error_with_help(
                ty,
                "a prediction is delivered by value, not by reference",
                format!("write `{}`", owned(&ty.elem)),
            )),
            Type::Infer(ty) => errors.push(error_with_help(
                ty,
                "a prediction requires an explicit type: the type selects how the answer is delivered",
                "name the type, such as `Label` or `String`",
            )),
            _ => {}
        }
    }
}

/// Returns the owned form of a borrowed type, for the help of an error.
fn owned(borrowed: &Type) -> String {
    let written = borrowed.to_token_stream().to_string();
    match borrowed {
        Type::Path(path) if path.path.is_ident("str") => "String".to_owned(),
        Type::Slice(slice) => format!("Vec<{}>", slice.elem.to_token_stream()),
        _ => written,
    }
}

//! `model = "[backend::]org/name[:provider]"`, or an array of them.

use inference_spec::TextError;
use inference_spec::model::{ModelRef, repeated};
use syn::{Expr, LitStr};

use super::given::Argument;
use super::literal::{inner, text};
use crate::diagnostics::error_with_help;

/// A chain of models, in the order in which they are called. Never empty.
#[derive(Clone)]
pub(crate) struct Models(pub(crate) Vec<Model>);

/// One model.
#[derive(Clone)]
pub(crate) struct Model {
    pub(crate) backend: String,
    pub(crate) name: String,
    /// Empty if none is named.
    pub(crate) provider: String,
    pub(crate) literal: LitStr,
}

impl Argument for Models {
    const EXAMPLE: &'static str = r#"model = "org/name""#;

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        let Expr::Array(array) = inner(value) else {
            return Ok(Self(vec![Model::read(value)?]));
        };
        if array.elems.is_empty() {
            return Err(error_with_help(
                array,
                "the array of models is empty",
                r#"write at least one: `model = ["org/name"]`"#,
            ));
        }
        let mut models: Vec<Model> = Vec::new();
        let mut failed: Option<syn::Error> = None;
        for element in &array.elems {
            match Model::read(element).and_then(|model| model.reject_repeated(&models)) {
                Ok(model) => models.push(model),
                Err(error) => match &mut failed {
                    Some(first) => first.combine(error),
                    None => failed = Some(error),
                },
            }
        }
        failed.map_or(Ok(Self(models)), Err)
    }
}

impl Model {
    fn read(value: &Expr) -> syn::Result<Self> {
        let literal = text(
            value,
            "`model` accepts a model id in quotes, or an array of them",
            r#"write `model = "org/name"`; `inference.toml` can set another model for a deployment"#,
        )?;
        let id = literal.value();
        let model = ModelRef::parse(&id).map_err(|error| spanned(error, &literal))?;
        Ok(Self {
            backend: model.backend.to_owned(),
            name: model.name.to_owned(),
            provider: model.provider.to_owned(),
            literal,
        })
    }

    /// Returns the model as a reference.
    pub(crate) fn reference(&self) -> ModelRef<'_> {
        ModelRef {
            backend: &self.backend,
            name: &self.name,
            provider: &self.provider,
        }
    }

    fn reject_repeated(self, others: &[Self]) -> syn::Result<Self> {
        if others
            .iter()
            .any(|other| other.reference() == self.reference())
        {
            let fault = repeated(&self.literal);
            return Err(error_with_help(fault.at, fault.text, fault.help));
        }
        Ok(self)
    }
}

/// Converts an error of a text to one at its literal.
pub(crate) fn spanned(error: TextError, literal: &LitStr) -> syn::Error {
    error_with_help(literal, error.text, error.help)
}

#[cfg(test)]
mod tests {
    use inference_spec::cases::MODELS;
    use syn::parse_quote;

    use super::*;

    #[test]
    fn models_are_parsed_as_in_the_shared_cases() {
        for (text, expected) in MODELS {
            let read = Model::read(&parse_quote!(#text)).ok();
            let model = read.as_ref().map(Model::reference);
            let model = model.map(|model| (model.backend, model.name, model.provider));
            assert_eq!(model, expected.ok(), "{text}");
        }
    }
}

//! Compile errors: one sentence and a help line, at the wrong token.

mod strip;

use quote::ToTokens;

pub(crate) use inference_spec::{did_you_mean, nearest};
pub(crate) use strip::strip_prediction_attrs;

/// Returns an error that spans all of `tokens`.
pub(crate) fn error(tokens: impl ToTokens, text: impl AsRef<str>) -> syn::Error {
    syn::Error::new_spanned(tokens, text.as_ref())
}

/// Returns an error that spans all of `tokens`, with a help line that shows the correction.
pub(crate) fn error_with_help(
    tokens: impl ToTokens,
    text: impl AsRef<str>,
    help: impl AsRef<str>,
) -> syn::Error {
    syn::Error::new_spanned(tokens, with_help(text, help))
}

/// Returns the text of an error with a help line.
pub(crate) fn with_help(text: impl AsRef<str>, help: impl AsRef<str>) -> String {
    format!("{}\nhelp: {}", text.as_ref(), help.as_ref())
}

/// The errors found so far, without duplicates.
#[derive(Default)]
pub(crate) struct Errors(Vec<syn::Error>);

impl Errors {
    pub(crate) fn push(&mut self, errors: syn::Error) {
        for error in errors {
            // A default of `#[infer(...)]` is checked once for each prediction: report its error once.
            let same = |other: &syn::Error| {
                other.to_string() == error.to_string() && span_text(other) == span_text(&error)
            };
            if !self.0.iter().any(same) {
                self.0.push(error);
            }
        }
    }

    /// Returns the value of `result`, or records its error and returns `None`.
    pub(crate) fn handle<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl IntoIterator for Errors {
    type Item = syn::Error;
    type IntoIter = std::vec::IntoIter<syn::Error>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Returns the debug form of the span, which inside a compiler is its byte range: spans do not implement `PartialEq`.
fn span_text(error: &syn::Error) -> String {
    format!("{:?}", error.span())
}

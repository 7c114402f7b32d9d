//! How the macro says what is wrong: one sentence, then help, on the token that is meant.

mod marks;

use quote::ToTokens;

pub(crate) use inference_spec::{did_you_mean, nearest};
pub(crate) use marks::without_marks;

/// An error on all of `tokens`.
pub(crate) fn error(tokens: impl ToTokens, text: impl AsRef<str>) -> syn::Error {
    syn::Error::new_spanned(tokens, text.as_ref())
}

/// An error on all of `tokens`, with a line that says what to write instead.
pub(crate) fn error_with_help(
    tokens: impl ToTokens,
    text: impl AsRef<str>,
    help: impl AsRef<str>,
) -> syn::Error {
    syn::Error::new_spanned(tokens, with_help(text, help))
}

/// The two lines of an error that has help.
pub(crate) fn with_help(text: impl AsRef<str>, help: impl AsRef<str>) -> String {
    format!("{}\nhelp: {}", text.as_ref(), help.as_ref())
}

/// Every mistake found so far.
#[derive(Default)]
pub(crate) struct Errors(Vec<syn::Error>);

impl Errors {
    pub(crate) fn push(&mut self, errors: syn::Error) {
        for error in errors {
            // What `#[infer(...)]` says is checked once for every prediction it is the default of.
            let same = |other: &syn::Error| {
                other.to_string() == error.to_string() && place(other) == place(&error)
            };
            if !self.0.iter().any(same) {
                self.0.push(error);
            }
        }
    }

    /// The value of `result`, or nothing and one more mistake.
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

/// Spans have no equality; inside a compiler their debug form is the range of bytes.
fn place(error: &syn::Error) -> String {
    format!("{:?}", error.span())
}

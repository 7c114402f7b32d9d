//! The two argument lists of a prediction: its own, and the defaults of the function.

use super::value;
use crate::args::{Args, Given, Typed};
use crate::diagnostics::Errors;

/// The arguments of one prediction. Each of its own arguments overrides the default of the same name.
pub(super) struct Layered<'a> {
    pub(super) own: &'a Typed,
    pub(super) defaults: &'a Typed,
}

impl<'a> Layered<'a> {
    /// Returns an argument, from the prediction's own list or from the defaults.
    pub(super) fn given<T: 'a>(
        &self,
        argument: impl Fn(&Args) -> &Option<Given<T>>,
    ) -> Option<&'a Given<T>> {
        argument(&self.own.args)
            .as_ref()
            .or(argument(&self.defaults.args).as_ref())
    }

    /// Returns the value of an argument. If it is invalid, records the error and returns `None`.
    pub(super) fn value<T: Clone + 'a>(
        &self,
        argument: impl Fn(&Args) -> &Option<Given<T>>,
        errors: &mut Errors,
    ) -> Option<T> {
        value(self.given(argument), errors)
    }

    /// Whether an argument is missing from both lists, also under a misspelt name.
    pub(super) fn lacks(&self, name: &str) -> bool {
        self.own.lacks(name) && self.defaults.lacks(name)
    }

    /// Returns both lists, the one with precedence first.
    pub(super) fn lists(&self) -> [&'a Args; 2] {
        [&self.own.args, &self.defaults.args]
    }
}

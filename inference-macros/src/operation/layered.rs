//! The two lists of arguments that a prediction has: its own, and the defaults of the function.

use super::value;
use crate::args::{Args, Given, Typed};
use crate::diagnostics::Errors;

/// What is given for one prediction.
pub(super) struct Layered<'a> {
    pub(super) own: &'a Typed,
    pub(super) defaults: &'a Typed,
}

impl<'a> Layered<'a> {
    pub(super) fn given<T: 'a>(
        &self,
        argument: impl Fn(&Args) -> &Option<Given<T>>,
    ) -> Option<&'a Given<T>> {
        argument(&self.own.args)
            .as_ref()
            .or(argument(&self.defaults.args).as_ref())
    }

    pub(super) fn value<T: Clone + 'a>(
        &self,
        argument: impl Fn(&Args) -> &Option<Given<T>>,
        errors: &mut Errors,
    ) -> Option<T> {
        value(self.given(argument), errors)
    }

    pub(super) fn lacks(&self, name: &str) -> bool {
        self.own.lacks(name) && self.defaults.lacks(name)
    }

    /// The lists, the one that counts more first.
    pub(super) fn lists(&self) -> [&'a Args; 2] {
        [&self.own.args, &self.defaults.args]
    }
}

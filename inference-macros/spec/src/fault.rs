use std::{fmt, ops::Range};

/// A value that is not valid: where, why, and what to write instead.
///
/// `S` is the place as the caller knows it: tokens in the macro, an offset in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault<S> {
    /// The value or the name that is wrong.
    pub at: S,
    /// What is wrong, in one lower-case sentence.
    pub text: String,
    /// What to write instead.
    pub help: String,
}

/// A text that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    /// The sort of mistake.
    pub kind: Kind,
    /// The bytes of the text that are wrong.
    pub range: Range<usize>,
    /// What is wrong, in one lower-case sentence.
    pub text: String,
    /// What to write instead.
    pub help: String,
}

/// The sort of mistake in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Not of the expected form.
    Malformed,
    /// A number without its unit.
    NoUnit,
    /// Zero, or less than the smallest value.
    TooSmall,
    /// More than can be counted.
    TooLarge,
    /// A model id without its organisation.
    NoOrganisation,
    /// A name that is not in the table it is looked up in.
    Unknown,
}

impl<S> Fault<S> {
    /// A fault at this place.
    pub fn new(at: S, text: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            at,
            text: text.into(),
            help: help.into(),
        }
    }
}

impl TextError {
    pub(crate) fn new(
        kind: Kind,
        range: Range<usize>,
        text: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            range,
            text: text.into(),
            help: help.into(),
        }
    }

    /// The same mistake, at the place of the whole text.
    pub fn at<S>(self, site: S) -> Fault<S> {
        Fault::new(site, self.text, self.help)
    }
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; help: {}", self.text, self.help)
    }
}

impl<S> fmt::Display for Fault<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; help: {}", self.text, self.help)
    }
}

impl std::error::Error for TextError {}

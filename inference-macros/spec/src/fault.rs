use std::{fmt, ops::Range};

/// An invalid value: its location, the reason, and the help.
///
/// `S` is the type of the location: tokens in the macro, an offset in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault<S> {
    /// The location of the invalid value or name.
    pub at: S,
    /// The message, one lower-case sentence.
    pub text: String,
    /// The help: the correct form.
    pub help: String,
}

/// A text that cannot be parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    /// The kind of mistake.
    pub kind: Kind,
    /// The byte range of the mistake.
    pub range: Range<usize>,
    /// The message, one lower-case sentence.
    pub text: String,
    /// The help: the correct form.
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
    /// More than the type can hold.
    TooLarge,
    /// A model id without its organisation.
    NoOrganisation,
    /// An unknown name.
    Unknown,
}

impl<S> Fault<S> {
    /// Creates a fault at this location.
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

    /// Converts the error to a fault at the location of the whole text.
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

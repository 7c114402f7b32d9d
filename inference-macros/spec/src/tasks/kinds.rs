//! The kinds of value that parameters accept.

/// The kind of value that a parameter accepts.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Switch,
    /// A string.
    Text,
    /// A list of strings.
    Texts,
    /// One of a few words.
    Choice(&'static Choice),
    /// A width and a height, in pixels.
    Size,
    /// Functions that a chat model may have called.
    Tools,
    /// Anything that can be written as JSON.
    Json,
}

/// A closed set of words, an enum in the runtime's module `task`.
#[derive(Debug)]
pub struct Choice {
    /// Its type's name.
    pub name: &'static str,
    /// The word on the wire, and the name of the variant.
    pub variants: &'static [(&'static str, &'static str)],
}

impl Kind {
    /// Returns a description of the kind, and an example.
    #[must_use]
    pub fn expected(self) -> (&'static str, &'static str) {
        match self {
            Self::Integer => ("a whole number", "3"),
            Self::Number => ("a number", "0.5"),
            Self::Switch => ("`true` or `false`", "true"),
            Self::Text => ("a string", "\"…\""),
            Self::Texts => ("a list of strings", "[\"…\", \"…\"]"),
            Self::Choice(_) => ("one of a few words", "\"…\""),
            Self::Size => ("a width and a height", "(1024, 768)"),
            Self::Tools => ("a list of `Tool`s", "[tool]"),
            Self::Json => ("a value", "…"),
        }
    }
}

pub(super) static FUNCTION_TO_APPLY: Choice = Choice {
    name: "FunctionToApply",
    variants: &[
        ("sigmoid", "Sigmoid"),
        ("softmax", "Softmax"),
        ("none", "None"),
    ],
};

pub(super) static AGGREGATION_STRATEGY: Choice = Choice {
    name: "AggregationStrategy",
    variants: &[
        ("none", "None"),
        ("simple", "Simple"),
        ("first", "First"),
        ("average", "Average"),
        ("max", "Max"),
    ],
};

pub(super) static TRUNCATION: Choice = Choice {
    name: "Truncation",
    variants: &[
        ("do_not_truncate", "DoNotTruncate"),
        ("longest_first", "LongestFirst"),
        ("only_first", "OnlyFirst"),
        ("only_second", "OnlySecond"),
    ],
};

pub(super) static TRUNCATION_DIRECTION: Choice = Choice {
    name: "TruncationDirection",
    variants: &[("left", "Left"), ("right", "Right")],
};

pub(super) static PADDING: Choice = Choice {
    name: "Padding",
    variants: &[
        ("do_not_pad", "DoNotPad"),
        ("longest", "Longest"),
        ("max_length", "MaxLength"),
    ],
};

pub(super) static SEGMENTATION_SUBTASK: Choice = Choice {
    name: "SegmentationSubtask",
    variants: &[
        ("instance", "Instance"),
        ("panoptic", "Panoptic"),
        ("semantic", "Semantic"),
    ],
};

/// One function of several is `ToolChoice::Function(name)`, which is not a word.
pub(super) static TOOL_CHOICE: Choice = Choice {
    name: "ToolChoice",
    variants: &[("auto", "Auto"), ("none", "None"), ("required", "Required")],
};

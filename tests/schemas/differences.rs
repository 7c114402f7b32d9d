//! The differences between the wire format and the schemas, with their reasons.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{names::Names, package::Schema};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Request,
    Output,
}

/// An intentional difference.
pub(crate) struct Difference {
    pub(crate) side: Side,
    pub(crate) tasks: &'static [&'static str],
    /// `less:` a name that only the schema has, `more:` a name that only the value has, `breaks:` a keyword of the
    /// schema that the value violates.
    pub(crate) what: &'static [&'static str],
    pub(crate) why: &'static str,
}

/// Returns the differences between a value and a schema.
pub(crate) fn find_differences(schema: &Schema<'_>, value: &Value) -> BTreeSet<String> {
    let (described, actual) = (schema.names(), Names::from_value(value));
    let less = described
        .without(&actual)
        .map(|name| format!("less: {name}"));
    let more = actual
        .without(&described)
        .map(|name| format!("more: {name}"));
    let validator = schema.validator();
    let breaks = validator
        .iter_errors(value)
        .map(|error| match error.instance_path().as_str() {
            "" => format!("breaks: {}", error.kind().keyword()),
            place => format!("breaks: {} at {place}", error.kind().keyword()),
        });
    less.chain(more).chain(breaks).collect()
}

/// The tasks that have schemas and are not tasks of the runtime.
pub(crate) const EXCLUDED_TASKS: &[(&str, &str)] = &[
    (
        "image-text-to-image",
        "image-to-image takes the same input: an image, and a prompt in the parameters",
    ),
    (
        "image-text-to-video",
        "image-to-video takes the same input: an image, and a prompt in the parameters",
    ),
    ("placeholder", "a template for new tasks of the package"),
    (
        "text-to-audio",
        "the same models are listed and called as text-to-speech",
    ),
];

const fn request(
    tasks: &'static [&'static str],
    what: &'static [&'static str],
    why: &'static str,
) -> Difference {
    Difference {
        side: Side::Request,
        tasks,
        what,
        why,
    }
}

const fn output(
    tasks: &'static [&'static str],
    what: &'static [&'static str],
    why: &'static str,
) -> Difference {
    Difference {
        side: Side::Output,
        tasks,
        what,
        why,
    }
}

pub(crate) const DIFFERENCES: &[Difference] = &[
    request(
        &["table-question-answering"],
        &[
            "less: inputs.question",
            "more: inputs.query",
            "breaks: required at /inputs",
        ],
        "the official clients send `query`, and the service accepts it",
    ),
    request(
        &["feature-extraction"],
        &["more: dimensions"],
        "the official clients support it, for models with a variable vector length",
    ),
    request(
        &["document-question-answering"],
        &["breaks: anyOf at /parameters/word_boxes/0"],
        "the pipeline reads pairs of a word and its box; the schema lacks the pairs",
    ),
    request(
        &["text-to-speech"],
        &[
            "less: parameters.generation_parameters",
            "more: parameters.do_sample",
            "more: parameters.early_stopping",
            "more: parameters.epsilon_cutoff",
            "more: parameters.eta_cutoff",
            "more: parameters.max_length",
            "more: parameters.max_new_tokens",
            "more: parameters.min_length",
            "more: parameters.min_new_tokens",
            "more: parameters.num_beam_groups",
            "more: parameters.num_beams",
            "more: parameters.penalty_alpha",
            "more: parameters.temperature",
            "more: parameters.top_k",
            "more: parameters.top_p",
            "more: parameters.typical_p",
            "more: parameters.use_cache",
        ],
        "the official client sends them directly in `parameters`",
    ),
    request(
        &["text-generation", "chat-completion"],
        &["less: stream"],
        "not a parameter: the delivery decides, and the backend sets it",
    ),
    request(
        &["chat-completion"],
        &["less: model"],
        "not a parameter: the attribute names it, and the backend sets it",
    ),
    request(
        &["chat-completion"],
        &[
            "less: messages[].tool_calls[].function.description",
            "less: messages[].tool_calls[].function.parameters",
            "more: messages[].tool_calls[].function.arguments",
        ],
        "the schema has the function's definition in the place of a call",
    ),
    request(
        &["chat-completion"],
        &[
            "more: messages[].tool_call_id",
            "more: tool_choice.type",
            "more: tools[].function.strict",
        ],
        "the OpenAI API has them, and requires the first two",
    ),
    request(
        &["chat-completion"],
        &["more: top_k"],
        "`extra_body` may contain names that are not in the schema",
    ),
    output(
        &["token-classification"],
        &["less: [].entity"],
        "the label of a single token is in `entity_group`, like that of joined tokens",
    ),
    output(
        &["summarization"],
        &["less: summary_text", "breaks: type"],
        "the output is the text",
    ),
    output(
        &["translation"],
        &["less: translation_text", "breaks: type"],
        "the output is the text",
    ),
    output(
        &["image-to-text"],
        &["less: generated_text", "breaks: type"],
        "the output is the text",
    ),
    output(
        &["fill-mask"],
        &["breaks: required at /0"],
        "the schema describes `token_str` and requires `tokenStr`; services send the first",
    ),
    output(
        &["text-generation"],
        &["less: details", "more: finish_reason", "more: usage"],
        "of the details, the output has the finish reason and the token counts",
    ),
    output(
        &["feature-extraction"],
        &["more: vector", "breaks: type"],
        "the output is the vector of one text, with the vectors of its tokens if the model returns them",
    ),
    output(
        &["text-to-image", "image-to-image"],
        &["less: image", "breaks: type"],
        "the output is the image, which services send as bytes",
    ),
    output(
        &["text-to-video", "image-to-video"],
        &["less: video", "breaks: type"],
        "the output is the video, which services send as bytes",
    ),
    output(
        &["text-to-speech"],
        &["less: audio", "less: sampling_rate", "breaks: type"],
        "the output is the audio, which services send as a file with its sampling rate",
    ),
    output(
        &["chat-completion"],
        &["less: index", "breaks: required"],
        "the output is the first choice",
    ),
    output(
        &["chat-completion"],
        &["more: usage"],
        "the answer has the token counts next to its choices",
    ),
    output(
        &["chat-completion"],
        &[
            "less: message.content",
            "less: message.tool_call_id",
            "less: message.tool_calls[].function.description",
        ],
        "a reply with tool calls has no text, answers no call, and defines no function",
    ),
];

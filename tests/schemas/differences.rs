//! Where the wire differs from the schemas, and why.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{names::Names, package::Schema};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Request,
    Output,
}

/// A difference that is there on purpose.
pub(crate) struct Difference {
    pub(crate) side: Side,
    pub(crate) tasks: &'static [&'static str],
    /// `less:` what the schema names and we do not have, `more:` what we have and the schema does not name, `breaks:`
    /// the keyword of the schema that a value violates.
    pub(crate) what: &'static [&'static str],
    pub(crate) why: &'static str,
}

/// How a value differs from what a schema describes.
pub(crate) fn found(schema: &Schema<'_>, value: &Value) -> BTreeSet<String> {
    let (described, ours) = (schema.names(), Names::of(value));
    let less = described.without(&ours).map(|name| format!("less: {name}"));
    let more = ours.without(&described).map(|name| format!("more: {name}"));
    let validator = schema.validator();
    let breaks = validator
        .iter_errors(value)
        .map(|error| match error.instance_path().as_str() {
            "" => format!("breaks: {}", error.kind().keyword()),
            place => format!("breaks: {} at {place}", error.kind().keyword()),
        });
    less.chain(more).chain(breaks).collect()
}

/// What has schemas and is no task of the runtime.
pub(crate) const OUT: &[(&str, &str)] = &[
    (
        "image-text-to-image",
        "image-to-image asks the same: an image, and a prompt in the parameters",
    ),
    (
        "image-text-to-video",
        "image-to-video asks the same: an image, and a prompt in the parameters",
    ),
    ("placeholder", "what a new task of the package starts from"),
    (
        "text-to-audio",
        "the same models are listed, and asked, as text-to-speech",
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
        "the official clients send `query`, and the service answers them",
    ),
    request(
        &["feature-extraction"],
        &["more: dimensions"],
        "the official clients have it, for models that can shorten their vectors",
    ),
    request(
        &["document-question-answering"],
        &["breaks: anyOf at /parameters/word_boxes/0"],
        "the pipeline reads pairs of a word and its box; the schema lost the pairs",
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
        "the official client sends them side by side",
    ),
    request(
        &["text-generation", "chat-completion"],
        &["less: stream"],
        "no parameter: the delivery decides, and the backend writes it",
    ),
    request(
        &["chat-completion"],
        &["less: model"],
        "no parameter: the attribute names it, and the backend writes it",
    ),
    request(
        &["chat-completion"],
        &[
            "less: messages[].tool_calls[].function.description",
            "less: messages[].tool_calls[].function.parameters",
            "more: messages[].tool_calls[].function.arguments",
        ],
        "the schema describes the function's definition where a call of it stands",
    ),
    request(
        &["chat-completion"],
        &[
            "more: messages[].tool_call_id",
            "more: tool_choice.type",
            "more: tools[].function.strict",
        ],
        "OpenAI's protocol has them, and requires the first two",
    ),
    request(
        &["chat-completion"],
        &["more: top_k"],
        "`extra_body` may hold what no schema names",
    ),
    output(
        &["token-classification"],
        &["less: [].entity"],
        "single tokens have their label in `entity_group`, as joined ones do",
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
        "of the details the output has why the text ends and the count of its tokens",
    ),
    output(
        &["feature-extraction"],
        &["more: vector", "breaks: type"],
        "the output is what was asked of one text: its vector, with its tokens' where the model gives those",
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
        "the output is the sound, which services send as a file that knows its rate",
    ),
    output(
        &["chat-completion"],
        &["less: index", "breaks: required"],
        "the output is the first choice",
    ),
    output(
        &["chat-completion"],
        &["more: usage"],
        "the answer counts tokens beside its choices",
    ),
    output(
        &["chat-completion"],
        &[
            "less: message.content",
            "less: message.tool_call_id",
            "less: message.tool_calls[].function.description",
        ],
        "a reply with calls has no words, answers no call, and defines no function",
    ),
];

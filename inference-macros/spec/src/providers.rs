//! Hugging Face's providers, and the tasks that each of them serves.

use crate::tasks::{
    self, AUTOMATIC_SPEECH_RECOGNITION, CHAT_COMPLETION, CUSTOM, FEATURE_EXTRACTION,
    IMAGE_SEGMENTATION, IMAGE_TEXT_TO_TEXT, IMAGE_TO_IMAGE, IMAGE_TO_TEXT, IMAGE_TO_VIDEO,
    TEXT_GENERATION, TEXT_TO_IMAGE, TEXT_TO_SPEECH, TEXT_TO_VIDEO,
};

/// Hugging Face's own servers.
pub const HF_INFERENCE: &str = "hf-inference";

/// The first provider in the account's settings that serves the task.
const AUTO: &str = "auto";

/// The routing keywords that select among the providers of chat models.
const CHOICES: &[&str] = &["fastest", "cheapest", "preferred"];

/// The tasks that [`HF_INFERENCE`] has never served.
const NOT_HF_INFERENCE: &[&str] = &[CUSTOM, IMAGE_TEXT_TO_TEXT, IMAGE_TO_VIDEO, TEXT_TO_VIDEO];

/// Every other provider with the tasks that it serves. The runtime's table has the paths and bodies of the same pairs.
static PROVIDERS: &[(&str, &[&str])] = &[
    ("baseten", &[CHAT_COMPLETION]),
    ("cerebras", &[CHAT_COMPLETION]),
    ("cohere", &[CHAT_COMPLETION]),
    (
        "deepinfra",
        &[
            AUTOMATIC_SPEECH_RECOGNITION,
            CHAT_COMPLETION,
            FEATURE_EXTRACTION,
            TEXT_GENERATION,
            TEXT_TO_IMAGE,
            TEXT_TO_SPEECH,
        ],
    ),
    (
        "fal-ai",
        &[
            AUTOMATIC_SPEECH_RECOGNITION,
            IMAGE_SEGMENTATION,
            IMAGE_TO_IMAGE,
            IMAGE_TO_VIDEO,
            TEXT_TO_IMAGE,
            TEXT_TO_SPEECH,
            TEXT_TO_VIDEO,
        ],
    ),
    ("featherless-ai", &[CHAT_COMPLETION, TEXT_GENERATION]),
    ("fireworks-ai", &[CHAT_COMPLETION]),
    ("groq", &[CHAT_COMPLETION, TEXT_GENERATION]),
    ("novita", &[CHAT_COMPLETION, TEXT_GENERATION, TEXT_TO_VIDEO]),
    ("nscale", &[CHAT_COMPLETION, TEXT_TO_IMAGE]),
    ("openai", &[CHAT_COMPLETION]),
    ("ovhcloud", &[CHAT_COMPLETION, TEXT_GENERATION]),
    ("publicai", &[CHAT_COMPLETION]),
    (
        "replicate",
        &[
            AUTOMATIC_SPEECH_RECOGNITION,
            IMAGE_TO_IMAGE,
            TEXT_TO_IMAGE,
            TEXT_TO_SPEECH,
            TEXT_TO_VIDEO,
        ],
    ),
    (
        "scaleway",
        &[CHAT_COMPLETION, FEATURE_EXTRACTION, TEXT_GENERATION],
    ),
    (
        "together",
        &[
            AUTOMATIC_SPEECH_RECOGNITION,
            CHAT_COMPLETION,
            FEATURE_EXTRACTION,
            IMAGE_TO_IMAGE,
            IMAGE_TO_VIDEO,
            TEXT_GENERATION,
            TEXT_TO_IMAGE,
            TEXT_TO_SPEECH,
            TEXT_TO_VIDEO,
        ],
    ),
    (
        "wavespeed",
        &[IMAGE_TO_IMAGE, IMAGE_TO_VIDEO, TEXT_TO_IMAGE, TEXT_TO_VIDEO],
    ),
    ("zai-org", &[CHAT_COMPLETION, IMAGE_TO_TEXT, TEXT_TO_IMAGE]),
];

/// Whether this is a routing keyword instead of the name of a provider.
#[must_use]
pub fn is_choice(provider: &str) -> bool {
    provider == AUTO || CHOICES.contains(&provider)
}

/// Whether this is a provider or a routing keyword.
#[must_use]
pub fn is_known(provider: &str) -> bool {
    is_choice(provider) || names().any(|name| name == provider)
}

/// Returns the names of all providers.
pub fn names() -> impl Iterator<Item = &'static str> + Clone {
    let others = PROVIDERS.iter().map(|(name, _)| *name);
    std::iter::once(HF_INFERENCE).chain(others)
}

/// Returns the tasks that [`HF_INFERENCE`] can be called for: all except those that it has never served.
pub fn hf_inference_tasks() -> impl Iterator<Item = &'static str> {
    tasks::all()
        .map(|task| task.tag)
        .filter(|tag| !NOT_HF_INFERENCE.contains(tag))
}

/// Returns every pair of a provider and a task that it serves.
pub fn pairs() -> impl Iterator<Item = (&'static str, &'static str)> {
    let others = PROVIDERS
        .iter()
        .flat_map(|(name, tasks)| tasks.iter().map(|task| (*name, *task)));
    hf_inference_tasks()
        .map(|task| (HF_INFERENCE, task))
        .chain(others)
}

/// Returns the providers of a task.
pub fn serving(tag: &str) -> impl Iterator<Item = &'static str> {
    pairs()
        .filter(move |(_, task)| *task == tag)
        .map(|(name, _)| name)
}

/// Whether a provider or routing keyword can be used for this task.
#[must_use]
pub fn serves(provider: &str, tag: &str) -> bool {
    if provider == AUTO {
        return true;
    }
    if CHOICES.contains(&provider) {
        return tag == CHAT_COMPLETION;
    }
    // Only this provider serves models of arbitrary tasks.
    (provider == HF_INFERENCE && tag == CUSTOM) || serving(tag).any(|name| name == provider)
}

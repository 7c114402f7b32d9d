//! Hugging Face's providers: which of them serves which task.

/// What may stand in a provider's place: which of them is to be taken.
const WISHES: &[&str] = &["fastest", "cheapest", "preferred"];

/// The first of the account's settings that serves the task, whichever it is.
const ANY: &str = "auto";

/// The words that stand in a provider's place.
pub(crate) fn is_wish(provider: &str) -> bool {
    provider == ANY || WISHES.contains(&provider)
}

/// Every provider.
pub(crate) fn names() -> impl Iterator<Item = &'static str> + Clone {
    PROVIDERS.iter().map(|(name, _)| *name)
}

/// The providers of a task.
pub(crate) fn of_task(tag: &str) -> impl Iterator<Item = &'static str> {
    PROVIDERS
        .iter()
        .filter(move |(_, tasks)| tasks.contains(&tag))
        .map(|(name, _)| *name)
}

/// Whether a provider, or what stands in its place, can be asked for this task.
pub(crate) fn serves(provider: &str, tag: &str) -> bool {
    if provider == ANY {
        return true;
    }
    if WISHES.contains(&provider) {
        return tag == super::CHAT_COMPLETION.tag;
    }
    // Of a model without a task, nobody can tell but the one that serves them all.
    (provider == OWN && tag == "custom") || of_task(tag).any(|name| name == provider)
}

/// Hugging Face's own.
const OWN: &str = "hf-inference";

/// Every provider with the tasks that it serves, as in the runtime's own table.
static PROVIDERS: &[(&str, &[&str])] = &[
    ("baseten", &["chat-completion"]),
    ("cerebras", &["chat-completion"]),
    ("cohere", &["chat-completion"]),
    (
        "deepinfra",
        &[
            "automatic-speech-recognition",
            "chat-completion",
            "feature-extraction",
            "text-generation",
            "text-to-image",
            "text-to-speech",
        ],
    ),
    (
        "fal-ai",
        &[
            "automatic-speech-recognition",
            "image-segmentation",
            "image-to-image",
            "image-to-video",
            "text-to-image",
            "text-to-speech",
            "text-to-video",
        ],
    ),
    ("featherless-ai", &["chat-completion", "text-generation"]),
    ("fireworks-ai", &["chat-completion"]),
    ("groq", &["chat-completion", "text-generation"]),
    (
        "hf-inference",
        &[
            "audio-classification",
            "audio-to-audio",
            "automatic-speech-recognition",
            "chat-completion",
            "depth-estimation",
            "document-question-answering",
            "feature-extraction",
            "fill-mask",
            "image-classification",
            "image-segmentation",
            "image-to-image",
            "image-to-text",
            "object-detection",
            "question-answering",
            "sentence-similarity",
            "summarization",
            "table-question-answering",
            "tabular-classification",
            "tabular-regression",
            "text-classification",
            "text-generation",
            "text-ranking",
            "text-to-image",
            "text-to-speech",
            "token-classification",
            "translation",
            "video-classification",
            "visual-question-answering",
            "zero-shot-classification",
            "zero-shot-image-classification",
            "zero-shot-object-detection",
        ],
    ),
    (
        "novita",
        &["chat-completion", "text-generation", "text-to-video"],
    ),
    ("nscale", &["chat-completion", "text-to-image"]),
    ("openai", &["chat-completion"]),
    ("ovhcloud", &["chat-completion", "text-generation"]),
    ("publicai", &["chat-completion"]),
    (
        "replicate",
        &[
            "automatic-speech-recognition",
            "image-to-image",
            "text-to-image",
            "text-to-speech",
            "text-to-video",
        ],
    ),
    (
        "scaleway",
        &["chat-completion", "feature-extraction", "text-generation"],
    ),
    (
        "together",
        &[
            "automatic-speech-recognition",
            "chat-completion",
            "feature-extraction",
            "image-to-image",
            "image-to-video",
            "text-generation",
            "text-to-image",
            "text-to-speech",
            "text-to-video",
        ],
    ),
    (
        "wavespeed",
        &[
            "image-to-image",
            "image-to-video",
            "text-to-image",
            "text-to-video",
        ],
    ),
    (
        "zai-org",
        &["chat-completion", "image-to-text", "text-to-image"],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runtime_says_the_same() {
        let ours = PROVIDERS
            .iter()
            .flat_map(|(name, tasks)| tasks.iter().map(|task| (*name, *task)));
        let mut ours: Vec<_> = ours.collect();
        let mut theirs: Vec<_> = inference_runtime::backend::provider_tasks().collect();
        ours.sort_unstable();
        theirs.sort_unstable();
        assert_eq!(ours, theirs);
    }

    #[test]
    fn every_served_task_is_one() {
        for (name, tasks) in PROVIDERS {
            for tag in *tasks {
                assert!(
                    super::super::tasks().any(|task| task.tag == *tag),
                    "{name} serves `{tag}`"
                );
            }
        }
    }
}

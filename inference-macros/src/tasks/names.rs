//! Names of tasks that are not tags of ours: other people's words, and tags still to come.

/// Tags of the Hub whose tasks a coming version brings.
pub(super) const LATER: &[&str] = &[
    "audio-classification",
    "automatic-speech-recognition",
    "chat-completion",
    "document-question-answering",
    "image-classification",
    "image-segmentation",
    "image-to-image",
    "image-to-text",
    "image-to-video",
    "object-detection",
    "tabular-classification",
    "tabular-regression",
    "text-to-image",
    "text-to-speech",
    "text-to-video",
    "video-classification",
    "visual-question-answering",
    "zero-shot-image-classification",
    "zero-shot-object-detection",
];

/// What people type, and the tag of it.
const ALIASES: &[(&str, &str)] = &[
    ("sentiment", "text-classification"),
    ("sentiment-analysis", "text-classification"),
    ("classification", "text-classification"),
    ("text-classifier", "text-classification"),
    ("zero-shot", "zero-shot-classification"),
    ("ner", "token-classification"),
    ("named-entity-recognition", "token-classification"),
    ("pos", "token-classification"),
    ("pos-tagging", "token-classification"),
    ("qa", "question-answering"),
    ("extractive-question-answering", "question-answering"),
    ("table-qa", "table-question-answering"),
    ("summary", "summarization"),
    ("summarize", "summarization"),
    ("summarise", "summarization"),
    ("summarisation", "summarization"),
    ("translate", "translation"),
    ("mask-filling", "fill-mask"),
    ("masked-lm", "fill-mask"),
    ("masked-language-modeling", "fill-mask"),
    ("text2text-generation", "text-generation"),
    ("generation", "text-generation"),
    ("generate", "text-generation"),
    ("completion", "text-generation"),
    ("completions", "text-generation"),
    ("embedding", "feature-extraction"),
    ("embeddings", "feature-extraction"),
    ("sentence-embedding", "feature-extraction"),
    ("sentence-embeddings", "feature-extraction"),
    ("similarity", "sentence-similarity"),
    ("rerank", "text-ranking"),
    ("reranker", "text-ranking"),
    ("reranking", "text-ranking"),
    ("chat", "chat-completion"),
    ("chat-completions", "chat-completion"),
    ("conversational", "chat-completion"),
    ("asr", "automatic-speech-recognition"),
    ("speech-to-text", "automatic-speech-recognition"),
    ("speech-recognition", "automatic-speech-recognition"),
    ("transcription", "automatic-speech-recognition"),
    ("tts", "text-to-speech"),
    ("text-to-audio", "text-to-speech"),
    ("image-captioning", "image-to-text"),
    ("ocr", "image-to-text"),
    ("vqa", "visual-question-answering"),
];

/// The tag that `typed` is another word for, whatever its letter case and dashes.
pub(super) fn alias(typed: &str) -> Option<&'static str> {
    let folded = typed.to_lowercase().replace(['_', ' '], "-");
    // transformers puts the languages into the name: `translation_en_to_de`.
    if folded.starts_with("translation-") && folded.contains("-to-") {
        return Some("translation");
    }
    ALIASES
        .iter()
        .find(|(alias, _)| *alias == folded)
        .map(|(_, tag)| *tag)
}

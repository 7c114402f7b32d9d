//! Names that several parts of the backend compare with.

/// The provider that serves what the others do not.
pub(in crate::backend::hf) use inference_spec::providers::HF_INFERENCE;
/// The task that is called `conversational` in Hugging Face's own lists.
pub(in crate::backend::hf) use inference_spec::tasks::CHAT_COMPLETION as CHAT;

//! Names that several parts of the backend compare with.

/// The provider that serves what the others do not.
pub(in crate::backend::hf) const HF_INFERENCE: &str = "hf-inference";

/// The task that is called `conversational` in Hugging Face's own lists.
pub(in crate::backend::hf) const CHAT: &str = "chat-completion";

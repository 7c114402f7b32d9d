//! Names that several parts of the backend compare with.

pub(in crate::backend::hf) use inference_spec::{
    providers::HF_INFERENCE,
    // Called `conversational` in Hugging Face's own lists.
    tasks::CHAT_COMPLETION as CHAT,
};

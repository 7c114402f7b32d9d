//! The readers of bytes from outside, each as a function of any bytes.
//!
//! `fuzz/` runs them on bytes that it makes up, and the test `corpus` on those that it found worth keeping. A function
//! panics where a reader breaks its promise; what a reader says of rubbish does not matter, as long as it says it.

pub use crate::{
    axum::uploads,
    backend::http::fuzz::{error_answers, event_streams},
    cache::fuzz::stored_entries,
    config::fuzz::{configuration_files, configuration_variables},
    task::fuzz::{media_texts, task_answers},
};

/// Takes any bytes.
pub type Target = fn(&[u8]);

/// All of them, by the names of their folders in `fuzz/corpus`.
pub const TARGETS: [(&str, Target); 8] = [
    ("configuration_files", configuration_files),
    ("configuration_variables", configuration_variables),
    ("error_answers", error_answers),
    ("event_streams", event_streams),
    ("media_texts", media_texts),
    ("stored_entries", stored_entries),
    ("task_answers", task_answers),
    ("uploads", uploads),
];

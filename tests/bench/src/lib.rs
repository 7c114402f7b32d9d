//! The same service twice, by `#[infer]` and by hand, and what drives and measures it.

pub mod annotated;
pub mod by_hand;
pub mod cpu;
pub mod load;
pub mod process;
pub mod scenario;
pub mod upstream;

/// What a review is asked as.
#[derive(serde::Deserialize)]
pub struct Review {
    /// The text whose mood is wanted.
    pub text: String,
}

/// The model that both ask.
pub const MODEL: &str = "distilbert/distilbert-base-uncased-finetuned-sst-2-english";

/// The key that both send.
pub const TOKEN: &str = "hf_of_the_benchmarks";

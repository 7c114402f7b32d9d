//! The same service with `#[infer]` and written by hand, and the programs that load and measure both.

pub mod annotated;
pub mod by_hand;
pub mod cpu;
pub mod load;
pub mod process;
pub mod scenario;
pub mod upstream;

/// The request body.
#[derive(serde::Deserialize)]
pub struct Review {
    /// The text to classify.
    pub text: String,
}

/// The model that both services call.
pub const MODEL: &str = "distilbert/distilbert-base-uncased-finetuned-sst-2-english";

/// The token that both services send.
pub const TOKEN: &str = "hf_of_the_benchmarks";

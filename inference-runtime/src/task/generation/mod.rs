//! Text generation tasks.

mod fill_mask;
mod free;
mod rewrite;
#[cfg(test)]
mod tests;

pub use fill_mask::{FillMask, FillMaskParameters, MaskFill};
pub use free::{Generation, TextGeneration, TextGenerationParameters};
pub use rewrite::{Summarization, SummarizationParameters, Translation, TranslationParameters};

//! Tasks that answer with labels and how sure the model is of each.

mod label;
#[cfg(test)]
mod tests;
mod text;
mod zero_shot;

pub use label::Label;
pub use text::{TextClassification, TextClassificationParameters};
pub use zero_shot::{ZeroShotClassification, ZeroShotClassificationParameters};

//! Classification tasks.

mod candidates;
mod label;
#[cfg(test)]
mod tests;
mod text;
mod zero_shot;

pub(super) use candidates::{check_candidates, check_template};
pub use label::Label;
pub use text::{TextClassification, TextClassificationParameters};
pub use zero_shot::{ZeroShotClassification, ZeroShotClassificationParameters};

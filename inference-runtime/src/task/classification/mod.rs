//! Tasks that answer with labels and how sure the model is of each.

mod label;
mod text;

pub use label::{FunctionToApply, Label};
pub use text::{TextClassification, TextClassificationParameters};

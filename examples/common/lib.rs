//! The shared code of the examples: the server, the page template, and the result of a prediction as JSON.

#![forbid(unsafe_code)]

mod page;
mod prediction_result;
pub mod serve;

pub use page::{configuration_notice, page};
pub use prediction_result::PredictionResult;

//! Integration with axum: the extractor, the layer and uploads.

mod extract;
mod layer;
#[cfg(feature = "upload")]
mod upload;

pub use extract::MissingInference;
pub use layer::{InferenceLayer, InferenceService, ReportedResponse};
#[cfg(feature = "_fuzz")]
#[doc(hidden)]
pub use upload::fuzz::uploads;
#[cfg(feature = "upload")]
pub use upload::{Upload, UploadRejection};

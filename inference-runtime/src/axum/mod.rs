//! Where the runtime meets axum: the extractor, the layer, and what the layer writes on a response.

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

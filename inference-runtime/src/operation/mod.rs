//! What one annotation says: which model, with which policy.

mod model;
mod registry;
mod spec;

pub use inference_spec::{
    Bound, Bounds, BreakerParts, CacheParts, CachePolicy, CircuitBreaker, Layer, Policies,
    RateLimit, Retry, RetryParts, Setting, SingleFlight,
};
pub(crate) use model::DEFAULT_BACKEND;
pub use model::{InvalidModel, Model};
pub use registry::Registered;
pub(crate) use registry::registered;
pub use spec::Spec;

use crate::InferenceError;

impl From<InvalidModel> for InferenceError {
    fn from(error: InvalidModel) -> Self {
        Self::new(crate::ErrorKind::NotConfigured, error.to_string())
    }
}

//! The data of one annotation: name, models, policies and bounds.

mod location;
mod model;
mod registry;
mod spec;
mod stored_call;

pub use inference_spec::{
    Bound, Bounds, BreakerParts, CacheParts, CachePolicy, CircuitBreaker, Layer, Policies,
    RateLimit, Retry, RetryParts, Setting, SingleFlight,
};
pub use location::Location;
pub(crate) use model::DEFAULT_BACKEND;
pub use model::{InvalidModel, Model};
pub use registry::Registered;
pub(crate) use registry::{operations, registered};
pub use spec::Spec;
pub use stored_call::StoredCall;

use crate::InferenceError;

impl From<InvalidModel> for InferenceError {
    fn from(error: InvalidModel) -> Self {
        Self::new(crate::ErrorKind::NotConfigured, error.to_string())
    }
}

//! What one annotation says: which model, with which policy.

mod bounds;
mod location;
mod model;
mod policy;
mod registry;
mod spec;
mod stored_call;

pub use bounds::{Bound, Bounds};
pub use location::Location;
pub(crate) use model::DEFAULT_BACKEND;
pub use model::{InvalidModel, Model};
pub use policy::{CachePolicy, CircuitBreaker, Policies, RateLimit, Retry, SingleFlight};
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

//! The rules of the annotation language, shared by `#[infer(...)]` and by `inference.toml`.
//!
//! Both convert their input to a [`Node`], and this crate returns plain data or a [`Fault`]. The macro adds spans to a fault, the
//! configuration adds file and line. Model references, units, policies, bounds, tasks and providers are parsed only
//! here, so that a value means the same wherever it is written.

mod allow;
#[doc(hidden)]
pub mod cases;
mod conflicts;
mod data;
mod fault;
pub mod model;
mod parts;
mod policies;
pub mod providers;
mod suggest;
pub mod tasks;
pub mod units;
mod value;
mod written;

pub use allow::{Bound, BoundKind, Bounds, matches};
pub use conflicts::{Conflict, Time};
pub use data::{CachePolicy, CircuitBreaker, RateLimit, Retry, SingleFlight};
pub use fault::{Fault, Kind, TextError};
pub use parts::{BreakerParts, CacheParts, Call, RetryParts};
pub use policies::{Key, Layer, Part, Policies, Rule, Setting};
pub use suggest::{did_you_mean, list, nearest, nearest_variable};
pub use value::{Entry, Node, Site, Value};
pub use written::WrittenSetting;

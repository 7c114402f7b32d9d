//! Nothing, in the place of the metrics that the cargo feature `metrics` brings.

use std::time::Duration;

use futures_util::future::BoxFuture;

use super::{Asked, story::End};
use crate::{InferenceError, backend::Usage, operation::Spec, policy::BreakerState};

#[derive(Default)]
pub(crate) struct Meters {}

impl Meters {
    pub(super) fn ended(&self, _: &'static Spec, _: &'static str, _: &End<'_>) {}

    pub(super) fn refused(&self, _: &'static Spec, _: &InferenceError) {}
}

pub(crate) fn timed<'c, R>(
    _: &Asked<'c>,
    call: BoxFuture<'c, Result<R, InferenceError>>,
) -> BoxFuture<'c, Result<R, InferenceError>> {
    call
}

pub(crate) fn tokens(_: &Asked<'_>, _: Option<Usage>) {}

pub(super) fn first_chunk(_: &Asked<'_>, _: Duration) {}

pub(super) fn retried(_: &Asked<'_>, _: &InferenceError) {}

pub(super) fn refreshed(_: &Asked<'_>, _: Option<&'static str>) {}

pub(super) fn hedged(_: &Asked<'_>) {}

pub(super) fn breaker_turned(_: &Asked<'_>, _: BreakerState) {}

pub(crate) fn breaker_is(_: &Asked<'_>, _: impl FnOnce() -> BreakerState) {}

pub(super) fn cache_out(_: bool) {}

pub(crate) fn cache_holds(_: impl FnOnce() -> (Option<usize>, bool)) {}

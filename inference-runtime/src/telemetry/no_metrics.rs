//! Nothing, in the place of the metrics that the cargo feature `metrics` brings.

use std::time::Duration;

use futures_util::future::BoxFuture;

use super::{CallLabels, End};
use crate::{InferenceError, answer::Usage, operation::Spec};

#[derive(Default)]
pub(crate) struct Meters {}

impl Meters {
    pub(crate) fn ended(&self, _: &'static Spec, _: &'static str, _: &End<'_>) {}

    pub(crate) fn refused(&self, _: &'static Spec, _: &InferenceError) {}
}

pub(crate) fn timed<'c, R>(
    _: &CallLabels<'c>,
    call: BoxFuture<'c, Result<R, InferenceError>>,
) -> BoxFuture<'c, Result<R, InferenceError>> {
    call
}

pub(crate) fn tokens(_: &CallLabels<'_>, _: Option<Usage>) {}

pub(crate) fn first_chunk(_: &CallLabels<'_>, _: Duration) {}

pub(super) fn retried(_: &CallLabels<'_>, _: &InferenceError) {}

pub(super) fn refreshed(_: &CallLabels<'_>, _: Option<&'static str>) {}

pub(super) fn hedged(_: &CallLabels<'_>) {}

pub(super) fn breaker_turned(_: &CallLabels<'_>, _: &'static str) {}

pub(crate) fn breaker_is(_: &CallLabels<'_>, _: impl FnOnce() -> f64) {}

pub(super) fn cache_out(_: bool) {}

pub(crate) fn cache_holds(_: impl FnOnce() -> (Option<usize>, bool)) {}

//! Replaces the metrics with functions that do nothing, without the cargo feature `metrics`.

use std::time::Duration;

use futures_util::future::BoxFuture;

use super::{CallLabels, End};
use crate::{InferenceError, answer::Usage, operation::Spec};

#[derive(Default)]
pub(crate) struct Meters {}

impl Meters {
    pub(crate) fn ended(&self, _: &'static Spec, _: &'static str, _: &End<'_>) {}

    pub(crate) fn rejected(&self, _: &'static Spec, _: &InferenceError) {}
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

pub(super) fn breaker_transition(_: &CallLabels<'_>, _: &'static str) {}

pub(crate) fn breaker_state(_: &CallLabels<'_>, _: impl FnOnce() -> f64) {}

pub(super) fn store_unavailable(_: bool) {}

pub(crate) fn store_state(_: impl FnOnce() -> (Option<usize>, bool)) {}

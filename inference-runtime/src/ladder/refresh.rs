//! Background refreshes of stale entries that have been served.

use std::sync::Arc;

use tracing::{Instrument, Span};

use super::{ResolvedCall, attempt::Attempt, cache_slot::CacheSlot};
use crate::{
    Inference, journal::refresh_span, policy::timed_out, runtime::PlannedModel, task::Task,
    telemetry,
};

/// Calls the model in the background, unless a refresh of this entry is running or has just failed.
pub(super) fn refresh<T: Task>(
    inference: &Inference,
    planned: &Arc<PlannedModel>,
    call: &Arc<ResolvedCall<T>>,
    slot: CacheSlot,
) {
    let Some(permit) = inference.refreshes().start(slot.key) else {
        return;
    };
    let (inference, call) = (inference.clone(), Arc::clone(call));
    let planned = Arc::clone(planned);
    let span = refresh_span(&inference, call.plan.spec, &planned);
    let refreshes = inference.refreshes().clone();
    refreshes.spawn(
        async move {
            // No caller ends it: without this limit a model that hangs would keep the entry from being refreshed again.
            let time = call.time_left();
            let refreshed = async {
                let attempt = Attempt::new(&inference, &planned, &call, time)?;
                attempt.share(&slot).await.1
            };
            let outcome = match tokio::time::timeout(time, refreshed).await {
                Ok(outcome) => outcome,
                Err(_) => Err(timed_out(time, "timeout")),
            };
            let labels = planned.guards.labels();
            telemetry::refreshed(&labels, &Span::current(), outcome.as_ref().err());
            permit.finish(outcome.is_ok());
        }
        .instrument(span),
    );
}

//! Newer answers for those that were served past their time.

use std::sync::Arc;

use tokio::time::Instant;
use tracing::{Instrument, Span};

use super::{ResolvedCall, cache_slot::CacheSlot, shared_call::Fetch};
use crate::{
    Inference,
    journal::refresh_span,
    policy::timed_out,
    runtime::PlannedModel,
    task::Task,
    telemetry::{self, CallLabels},
};

/// Asks the model in the background, unless somebody does already or it has just failed.
pub(super) fn refresh<T: Task>(
    inference: &Inference,
    served: &Arc<PlannedModel>,
    question: &Arc<ResolvedCall<T>>,
    place: CacheSlot,
) {
    let Some(ticket) = inference.refreshes().start(place.key) else {
        return;
    };
    let (inference, question) = (inference.clone(), Arc::clone(question));
    let served = Arc::clone(served);
    let span = refresh_span(&inference, question.plan.spec, &served);
    let refreshes = inference.refreshes().clone();
    refreshes.spawn(
        async move {
            let time = question.deadline.saturating_duration_since(Instant::now());
            let fetch = Fetch {
                inference: &inference,
                served: &served,
                question: &question,
                place: &place,
                time,
            };
            // No caller ends it: a model that hangs would keep the entry from ever being refreshed again, and those
            // who ask once it is past its window would wait for this call.
            let outcome = match tokio::time::timeout(time, fetch.shared()).await {
                Ok((_, outcome)) => outcome,
                Err(_) => Err(timed_out(time, "timeout")),
            };
            let (operation, model) = (question.plan.spec.name(), &served.model);
            let asked = CallLabels { operation, model };
            telemetry::refreshed(&asked, &Span::current(), outcome.as_ref().err());
            ticket.end(outcome.is_ok());
        }
        .instrument(span),
    );
}

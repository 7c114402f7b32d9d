//! A prediction for one input.

use std::{sync::Arc, time::Duration};

use super::{
    ResolvedCall,
    attempt::Attempt,
    cache_slot::{CacheSlot, StaleCandidates},
    chain::{Chain, Walk, WalkError, walk},
    freshness::Freshness,
    refresh::refresh,
    resolved::fetch_media,
};
use crate::{
    Inference, InferenceError,
    answer::{Answered, Source},
    call::Call,
    report::{CacheReport, Forward},
    runtime::{Plan, PlannedModel},
    task::Task,
    telemetry,
};

/// The first lookup, which does not wait.
pub(super) enum Lookup<'a, T: Task> {
    /// A fresh entry in memory, and for how long it stays fresh.
    Hit(Answered<T::Output>, Duration),
    Pending(Pending<'a, T>),
}

/// A call that the first lookup has not answered.
pub(super) enum Pending<'a, T: Task> {
    /// Its media have to be fetched.
    FetchMedia(Box<Call<'a, T>>, Arc<Plan>),
    Resolved(Single<'a, T>),
}

/// A prediction for one input.
pub(super) struct Single<'a, T: Task> {
    inference: &'a Inference,
    call: Arc<ResolvedCall<T>>,
    /// Whether the first model's entry has been looked up and is missing.
    looked_up: bool,
}

/// Looks for a fresh entry in memory.
pub(super) fn look_up<T: Task>(mut call: Call<'_, T>) -> Result<Lookup<'_, T>, InferenceError> {
    let inference = call.inference;
    let plan = inference.plan(call.spec);
    if let Ok(input) = &mut call.input
        && let Some(media) = T::media(input)
        && media.is_url()
    {
        return Ok(Lookup::Pending(Pending::FetchMedia(Box::new(call), plan)));
    }
    let mut call = ResolvedCall::new(call, plan)?;
    let has_key = call.try_hash_key()?;
    let first = call.plan.models.first();
    let slot = first.and_then(|first| CacheSlot::new(&call, first));
    let found = match slot {
        Some(slot) if has_key && call.reads_cache => slot.try_get::<T>(inference),
        _ => None,
    };
    let looked_up = match found {
        Some(Some(found)) => {
            if let Freshness::Fresh { left } = found.freshness {
                let answered = found.into_answered(Source::Cache, call.started);
                return Ok(Lookup::Hit(answered, left));
            }
            // A stale entry is looked up again, in the store that other processes may have refreshed.
            false
        }
        Some(None) => true,
        None => false,
    };
    Ok(Lookup::Pending(Pending::Resolved(Single {
        inference,
        call: Arc::new(call),
        looked_up,
    })))
}

impl<T: Task> Pending<'_, T> {
    /// Waits for the answer, and returns it with its cache status.
    pub(super) async fn answer(self) -> (Result<Answered<T::Output>, InferenceError>, CacheReport) {
        let mut report = CacheReport::Off;
        let answer = match self {
            Self::Resolved(single) => single.answer(&mut report).await,
            // Boxed: calls without media to fetch need no room for it.
            Self::FetchMedia(call, plan) => Box::pin(with_media(call, plan, &mut report)).await,
        };
        (answer, report)
    }
}

async fn with_media<T: Task>(
    mut call: Box<Call<'_, T>>,
    plan: Arc<Plan>,
    report: &mut CacheReport,
) -> Result<Answered<T::Output>, InferenceError> {
    let inference = call.inference;
    fetch_media(&mut call, &plan).await?;
    let mut call = ResolvedCall::new(*call, plan)?;
    call.try_hash_key()?;
    let single = Single {
        inference,
        call: Arc::new(call),
        looked_up: false,
    };
    single.answer(report).await
}

impl<T: Task> Single<'_, T> {
    async fn answer(self, report: &mut CacheReport) -> Result<Answered<T::Output>, InferenceError> {
        let Self {
            inference,
            call,
            looked_up,
        } = self;
        call.hash_key().await?;
        let mut single = SingleWalk {
            inference,
            call: &call,
            looked_up,
            stale: StaleCandidates::default(),
            report,
        };
        let chain = Chain::new(inference, &call.plan, call.deadline);
        match walk(chain, &mut single).await {
            Ok(answered) => Ok(answered),
            Err(WalkError::Fatal(error)) => Err(error),
            Err(WalkError::Exhausted(error)) => single.stale_answer(error),
        }
    }
}

struct SingleWalk<'a, T: Task> {
    inference: &'a Inference,
    call: &'a Arc<ResolvedCall<T>>,
    looked_up: bool,
    stale: StaleCandidates<T>,
    report: &'a mut CacheReport,
}

impl<T: Task> Walk for SingleWalk<'_, T> {
    type Answer = Answered<T::Output>;

    async fn visit(
        &mut self,
        chain: &Chain<'_>,
        planned: &Arc<PlannedModel>,
    ) -> Result<Result<Self::Answer, InferenceError>, InferenceError> {
        let Self {
            inference, call, ..
        } = *self;
        let slot = CacheSlot::new(call, planned);
        let mut why = Forward::Request;
        if let Some(slot) = slot
            && call.reads_cache
        {
            why = Forward::Miss;
            let found = if std::mem::take(&mut self.looked_up) {
                None
            } else {
                slot.get::<T>(inference).await
            };
            if let Some(found) = found {
                match found.freshness {
                    Freshness::Fresh { left } => {
                        *self.report = CacheReport::Hit { left };
                        return Ok(Ok(found.into_answered(Source::Cache, call.started)));
                    }
                    Freshness::Refresh { past } => {
                        refresh(inference, planned, call, slot);
                        *self.report = CacheReport::Stale {
                            past,
                            forwarded: false,
                        };
                        return Ok(Ok(found.into_answered(Source::Stale, call.started)));
                    }
                    Freshness::IfError => {
                        why = Forward::Stale;
                        self.stale.push(found, slot);
                    }
                    Freshness::Expired => why = Forward::Stale,
                }
            }
        }
        // An input that cannot be encoded is an error of the caller, not of the model.
        call.payload()?;
        let attempt = match Attempt::new(inference, planned, call, chain.time_for_model()) {
            Ok(attempt) => attempt,
            Err(error) => {
                if slot.is_some() {
                    *self.report = CacheReport::Forwarded { why, shared: false };
                }
                return Ok(Err(error));
            }
        };
        Ok(attempt.answer(slot.as_ref(), why, self.report).await)
    }
}

impl<T: Task> SingleWalk<'_, T> {
    /// Serves a stale entry, if there is one, after every model has failed.
    fn stale_answer(self, error: InferenceError) -> Result<Answered<T::Output>, InferenceError> {
        let spec = self.call.plan.spec;
        let Some((found, past)) = self.stale.into_usable() else {
            return Err(error);
        };
        self.inference.log_error(spec, &error);
        telemetry::stale(spec.name(), found.age, &error);
        *self.report = CacheReport::Stale {
            past,
            forwarded: true,
        };
        Ok(found.into_answered(Source::Stale, self.call.started))
    }
}

//! A prediction for several inputs. Each has its own cache entry and its own flight; the misses are sent together, in as
//! few calls as the backend can. Each input is answered, or fails, for itself.

use std::{collections::HashMap, sync::Arc};

use futures_util::future::join_all;
use tokio::time::Instant;
use tracing::Instrument;

use super::{
    ResolvedCall,
    batch_call::BatchCall,
    cache_slot::{CacheSlot, StaleCandidates},
    chain::{Chain, Walk, walk},
    freshness::Freshness,
    refresh::refresh,
    resolved::fetch_media,
};
use crate::{
    Inference, InferenceError,
    answer::{Answered, Source},
    call::Call,
    error::ErrorKind,
    journal::Recorder,
    report::CacheReport,
    runtime::{Plan, PlannedModel},
    task::Task,
};

pub(super) type Outcome<T> = Result<Answered<<T as Task>::Output>, InferenceError>;

/// Answers each input of a call. The outcomes are in the order of the inputs.
pub(crate) async fn predict_each<T: Task>(mut call: Call<'_, T>) -> Vec<Outcome<T>> {
    let recorder = Recorder::new(&mut call);
    let span = call.span();
    let outcomes = answer_each(call, &recorder).instrument(span).await;
    record_outcomes(recorder, &outcomes);
    outcomes
}

async fn answer_each<T: Task>(mut call: Call<'_, T>, recorder: &Recorder<'_>) -> Vec<Outcome<T>> {
    let inference = call.inference;
    let plan = inference.plan(call.spec);
    let deadline = call.started + plan.timeout;
    let mut items: Vec<Item<T>> = Vec::new();
    for input in call.items.take().unwrap_or_default() {
        items.push(Item::new(call.with_item(input), &plan).await);
    }
    let mut batch = Batch {
        inference,
        started: call.started,
        items,
    };
    if batch.has_open_items() {
        let chain = Chain::new(inference, &plan, deadline);
        // The failure of the walk is that of each open item, too.
        let _ = walk(chain, &mut batch).await;
    }
    let outcomes: Vec<_> = batch
        .items
        .into_iter()
        .map(|item| item.into_outcome(recorder))
        .collect();
    // Of several origins, that of a model's answer is stored.
    let answered = || outcomes.iter().flatten();
    let by_model = answered().find(|answered| answered.source == Source::Model);
    if let Some(answered) = by_model.or_else(|| answered().next()) {
        call.store_origin(|| answered.origin());
    }
    outcomes
}

struct Batch<'a, T: Task> {
    inference: &'a Inference,
    started: Instant,
    items: Vec<Item<T>>,
}

/// One input and its state.
enum Item<T: Task> {
    Open {
        call: Arc<ResolvedCall<T>>,
        failure: Option<InferenceError>,
        stale: StaleCandidates<T>,
    },
    Done(Outcome<T>),
}

impl<T: Task> Item<T> {
    async fn new(call: Call<'_, T>, plan: &Arc<Plan>) -> Self {
        match Self::resolve(call, plan).await {
            Ok(call) => Self::Open {
                call,
                failure: None,
                stale: StaleCandidates::default(),
            },
            Err(error) => Self::Done(Err(error)),
        }
    }

    async fn resolve(
        mut call: Call<'_, T>,
        plan: &Arc<Plan>,
    ) -> Result<Arc<ResolvedCall<T>>, InferenceError> {
        fetch_media(&mut call, plan).await?;
        let mut call = ResolvedCall::new(call, Arc::clone(plan))?;
        call.try_hash_key()?;
        let call = Arc::new(call);
        call.hash_key().await?;
        // An input that cannot be encoded is not looked up.
        call.payload()?;
        Ok(call)
    }

    fn is_open(&self) -> bool {
        matches!(self, Self::Open { .. })
    }

    /// The item's call and its slot for this model, if it reads the cache.
    fn readable_slot(&self, planned: &PlannedModel) -> Option<CacheSlot> {
        match self {
            Self::Open { call, .. } if call.reads_cache => CacheSlot::new(call, planned),
            _ => None,
        }
    }

    fn fail(&mut self, error: InferenceError) {
        match self {
            Self::Open { failure, .. } if !error.is_client_error() => {
                // As in the chain: the failure of a call takes precedence over that of a model that is not configured.
                if failure.is_none() || error.kind() != ErrorKind::NotConfigured {
                    *failure = Some(error);
                }
            }
            _ => *self = Self::Done(Err(error)),
        }
    }

    fn settle(&mut self, outcome: Outcome<T>) {
        match outcome {
            Ok(answered) => *self = Self::Done(Ok(answered)),
            Err(error) => self.fail(error),
        }
    }

    fn into_outcome(self, recorder: &Recorder<'_>) -> Outcome<T> {
        let (failure, stale) = match self {
            Self::Done(outcome) => return outcome,
            Self::Open { failure, stale, .. } => (failure.unwrap_or_else(not_called), stale),
        };
        match stale.into_usable() {
            Some((found, _)) => {
                recorder.log_error(&failure);
                Ok(found.into_answered(Source::Stale, recorder.started()))
            }
            None => Err(failure),
        }
    }
}

impl<T: Task> Walk for Batch<'_, T> {
    type Answer = ();

    async fn visit(
        &mut self,
        chain: &Chain<'_>,
        planned: &Arc<PlannedModel>,
    ) -> Result<Result<(), InferenceError>, InferenceError> {
        self.look_up(planned).await;
        if self.has_open_items() {
            let call = BatchCall::new(self.inference, planned, chain.time_for_model());
            match call {
                Ok(call) => self.send(call, planned).await,
                Err(error) => {
                    let error = planned.label(error);
                    self.fail_open_items(&error);
                    return Ok(Err(error));
                }
            }
        }
        Ok(match self.first_failure() {
            Some(error) => Err(error),
            None => Ok(()),
        })
    }
}

impl<T: Task> Batch<'_, T> {
    fn has_open_items(&self) -> bool {
        self.items.iter().any(Item::is_open)
    }

    fn first_failure(&self) -> Option<InferenceError> {
        self.items.iter().find_map(|item| match item {
            Item::Open { failure, .. } => Some(failure.clone().unwrap_or_else(not_called)),
            Item::Done(_) => None,
        })
    }

    fn fail_open_items(&mut self, error: &InferenceError) {
        for item in self.items.iter_mut().filter(|item| item.is_open()) {
            item.fail(error.clone());
        }
    }

    /// Answers the items whose entries may be served.
    async fn look_up(&mut self, planned: &Arc<PlannedModel>) {
        let inference = self.inference;
        let found = join_all(self.items.iter().map(|item| async move {
            let slot = item.readable_slot(planned)?;
            Some((slot.get::<T>(inference).await?, slot))
        }))
        .await;
        for (item, found) in self.items.iter_mut().zip(found) {
            let (Item::Open { call, stale, .. }, Some((found, slot))) = (&mut *item, found) else {
                continue;
            };
            match found.freshness {
                Freshness::Fresh { .. } => {
                    *item = Item::Done(Ok(found.into_answered(Source::Cache, self.started)));
                }
                Freshness::Refresh { .. } => {
                    refresh(inference, planned, call, slot);
                    *item = Item::Done(Ok(found.into_answered(Source::Stale, self.started)));
                }
                Freshness::IfError => stale.push(found, slot),
                Freshness::Expired => {}
            }
        }
    }

    /// Sends the open items to the model, those with equal keys once.
    async fn send(&mut self, mut batch: BatchCall<T>, planned: &PlannedModel) {
        // For each request the items that wait for it.
        let mut waiting: Vec<Vec<usize>> = Vec::new();
        let mut by_key = HashMap::new();
        for (index, item) in self.items.iter().enumerate() {
            let Item::Open { call, .. } = item else {
                continue;
            };
            let slot = CacheSlot::new(call, planned);
            let request = match slot {
                Some(slot) => *by_key.entry(slot.key).or_insert(waiting.len()),
                None => waiting.len(),
            };
            if request == waiting.len() {
                batch.push(Arc::clone(call), slot);
                waiting.push(Vec::new());
            }
            waiting[request].push(index);
        }
        for (outcome, waiting) in batch.answer().await.into_iter().zip(waiting) {
            for index in waiting {
                let outcome = match &outcome {
                    Ok(answered) => Ok(answered.share()),
                    Err(error) => Err(error.clone()),
                };
                self.items[index].settle(outcome);
            }
        }
    }
}

/// Records one outcome for all: a model's answer if there is one among them, and a failure if there is nothing else.
fn record_outcomes<D>(recorder: Recorder<'_>, outcomes: &[Result<Answered<D>, InferenceError>]) {
    let mut source = None;
    let mut age = None;
    for outcome in outcomes {
        match outcome {
            Ok(answered) => {
                age = age.max(answered.age);
                if source != Some(Source::Model) {
                    source = Some(answered.source);
                }
            }
            Err(error) => recorder.log_error(error),
        }
    }
    let first_error = outcomes.iter().find_map(|outcome| outcome.as_ref().err());
    match (source, first_error) {
        (None, Some(error)) => {
            recorder.failed(error.clone(), CacheReport::Off);
        }
        (source, _) => {
            recorder.answered_each(source.unwrap_or(Source::Model), age, outcomes.len());
        }
    }
}

fn not_called() -> InferenceError {
    InferenceError::new(
        ErrorKind::Internal,
        "no model was called for an input of the batch",
    )
}

//! One question options several inputs: each has its own place in the cache, and only what is not there is sent, in as
//! few calls as the backend allows. Each is answered, or fails, for itself.

use std::{collections::HashMap, sync::Arc, time::Duration};

use futures_util::future::join_all;
use tokio::time::Instant;
use tracing::Instrument;

use super::{
    ResolvedCall,
    attempt::{read, validated},
    cache_slot::{CacheSlot, Freshness, StaleCandidates, now_answered},
    chain::Chain,
    refresh::refresh,
    resolved::fetched,
    shared_call::{asking, not_kept},
};
use crate::{
    Inference, InferenceError,
    answer::{Answered, Source},
    call::Call,
    deadline::Deadline,
    journal::Recorder,
    policy::timed_out,
    report::CacheReport,
    runtime::{Plan, PlannedModel},
    task::Task,
};

type Outcome<T> = Result<Answered<<T as Task>::Output>, InferenceError>;

/// Answers each input of a call, in their order.
pub(crate) async fn climb_each<T: Task>(mut call: Call<'_, T>) -> Vec<Outcome<T>> {
    let story = Recorder::new(&mut call);
    let span = call.span();
    let answers = answer_each(call, &story).instrument(span).await;
    tell(story, &answers);
    answers
}

async fn answer_each<T: Task>(mut call: Call<'_, T>, story: &Recorder<'_>) -> Vec<Outcome<T>> {
    let inference = call.inference;
    let plan = inference.plan(call.spec);
    let mut items: Vec<Item<T>> = Vec::new();
    for input in call.items.take().unwrap_or_default() {
        items.push(Item::of(call.with_item(input), &plan).await);
    }
    let mut chain = Chain::of(inference, &plan);
    while let Some(left) = time_left(&items)
        && let Some(served) = chain.next()
    {
        look::<T>(inference, served, &mut items, story).await;
        send::<T>(inference, served, chain.share(left), &mut items, story).await;
        settle(&mut chain, served, &items);
    }
    let answers: Vec<_> = items.into_iter().map(|item| item.end(story)).collect();
    // Of several origins the model's says most.
    let answered = || answers.iter().flatten();
    let asked = answered().find(|answered| answered.source == Source::Model);
    if let Some(answered) = asked.or_else(|| answered().next()) {
        call.store_origin(|| answered.origin());
    }
    answers
}

/// One input and how far it has come.
enum Item<T: Task> {
    Open {
        question: Arc<ResolvedCall<T>>,
        failure: Option<InferenceError>,
        /// Answers past their time, for when no model has one.
        old: StaleCandidates<T>,
    },
    Done(Outcome<T>),
}

impl<T: Task> Item<T> {
    async fn of(mut call: Call<'_, T>, plan: &Arc<Plan>) -> Self {
        if let Err(error) = fetched(call.inference, &mut call, plan).await {
            return Self::Done(Err(error));
        }
        let mut question = match ResolvedCall::of(call, Arc::clone(plan)) {
            Ok(question) => question,
            Err(error) => return Self::Done(Err(error)),
        };
        let named = question.name_at_once();
        let question = Arc::new(question);
        let named = match named {
            Ok(false) => question.name().await,
            named => named.map(|_| ()),
        };
        // What cannot be sent is not looked for either.
        if let Err(error) = named.and_then(|()| question.payload().map(|_| ())) {
            return Self::Done(Err(error));
        }
        Self::Open {
            question,
            failure: None,
            old: StaleCandidates::default(),
        }
    }

    fn is_open(&self) -> bool {
        matches!(self, Self::Open { .. })
    }

    /// Where this model's answer is kept.
    fn place(&self, served: &PlannedModel) -> Option<CacheSlot> {
        match self {
            Self::Open { question, .. } => CacheSlot::of(question, served),
            Self::Done(_) => None,
        }
    }

    fn fail(&mut self, error: InferenceError) {
        match self {
            Self::Open { failure, .. } if !error.is_client_error() => *failure = Some(error),
            _ => *self = Self::Done(Err(error)),
        }
    }

    fn end(self, story: &Recorder<'_>) -> Outcome<T> {
        let (failure, old) = match self {
            Self::Done(answer) => return answer,
            Self::Open { failure, old, .. } => (failure.unwrap_or_else(not_kept), old),
        };
        match old.still_of_use() {
            Some((found, _)) => {
                story.log(&failure);
                Ok(found.into_answer(Source::Stale, story.started()))
            }
            None => Err(failure),
        }
    }
}

/// The time that those have who still wait.
fn time_left<T: Task>(items: &[Item<T>]) -> Option<Duration> {
    items.iter().find_map(|item| match item {
        Item::Open { question, .. } => Some(question.time_left()),
        Item::Done(_) => None,
    })
}

/// Says once of this model what kept it from answering.
fn settle<T: Task>(chain: &mut Chain<'_>, served: &PlannedModel, items: &[Item<T>]) {
    let failed = items.iter().find_map(|item| match item {
        Item::Open { failure, .. } => failure.clone(),
        Item::Done(_) => None,
    });
    if let Some(error) = failed {
        // Only what no other model could mend is handed back, and items with that are done.
        let _ = chain.failed(served, error);
    }
}

/// Takes what the cache has.
async fn look<T: Task>(
    inference: &Inference,
    served: &Arc<PlannedModel>,
    items: &mut [Item<T>],
    story: &Recorder<'_>,
) {
    let found = join_all(items.iter().map(|item| async move {
        let Item::Open { question, .. } = item else {
            return None;
        };
        let place = item.place(served).filter(|_| question.reads)?;
        Some((place.look::<T>(inference).await?, place))
    }))
    .await;
    for (item, found) in items.iter_mut().zip(found) {
        let (Item::Open { question, old, .. }, Some((found, place))) = (&mut *item, found) else {
            continue;
        };
        match found.worth {
            Freshness::Fresh { .. } => {
                *item = Item::Done(Ok(found.into_answer(Source::Cache, story.started())));
            }
            Freshness::Refresh { .. } => {
                refresh(inference, served, question, place);
                *item = Item::Done(Ok(found.into_answer(Source::Stale, story.started())));
            }
            Freshness::IfError => old.keep(found, place),
            Freshness::Nothing => {}
        }
    }
}

/// Asks the model what the cache did not have: equal inputs once.
async fn send<T: Task>(
    inference: &Inference,
    served: &Arc<PlannedModel>,
    share: Duration,
    items: &mut [Item<T>],
    story: &Recorder<'_>,
) {
    let model = &served.model;
    let named = |error: InferenceError| error.with_model(model.backend(), model.name());
    let backend = match inference.backend(served) {
        Ok(backend) => backend,
        Err(error) => return fail_open(items, &named(error)),
    };
    let deadline = Deadline::new(Instant::now() + share);
    let mut requests = Vec::new();
    // For each request the items that wait for it.
    let mut waiting: Vec<(Arc<ResolvedCall<T>>, Vec<usize>)> = Vec::new();
    let mut by_key = HashMap::new();
    for (index, item) in items.iter().enumerate() {
        let Item::Open { question, .. } = item else {
            continue;
        };
        let request = match item.place(served) {
            Some(place) => *by_key.entry(place.key).or_insert(waiting.len()),
            None => waiting.len(),
        };
        if request == waiting.len() {
            match question.request(served, deadline.clone()) {
                Ok(request) => requests.push(request),
                Err(error) => return fail_open(items, &named(error)),
            }
            waiting.push((Arc::clone(question), Vec::new()));
        }
        waiting[request].1.push(index);
    }
    let Some((question, _)) = waiting.first() else {
        return;
    };
    let asking = asking(&**backend, served, question, share, &deadline);
    let responses = match tokio::time::timeout(share, asking.call_many(&requests)).await {
        Ok(responses) if responses.len() == requests.len() => responses,
        Ok(_) => return fail_open(items, &named(not_kept())),
        Err(_) => return fail_open(items, &named(timed_out(share, "timeout"))),
    };
    for (response, (question, waiting)) in responses.into_iter().zip(&waiting) {
        let answer = match response {
            Ok(response) => {
                let answer = read(served, question, &question.input, response);
                let left = question.time_left();
                tokio::time::timeout(left, validated(&asking, served, question, answer))
                    .await
                    .unwrap_or_else(|_| Err(named(timed_out(left, "timeout"))))
            }
            Err(error) => Err(named(error)),
        };
        match answer {
            Ok(answer) => {
                let place = waiting
                    .first()
                    .and_then(|index| items[*index].place(served));
                if let Some(place) = place {
                    let fresh = answer.clone().into_entry();
                    let keep = place.policy.keep();
                    inference.store().put(place.key, fresh, keep).await;
                }
                let (output, origin) = answer.into_parts();
                for index in waiting {
                    let (output, origin) = (Arc::clone(&output), Arc::clone(&origin));
                    let answered = now_answered(output, origin, story.started());
                    items[*index] = Item::Done(Ok(answered));
                }
            }
            Err(error) => waiting
                .iter()
                .for_each(|index| items[*index].fail(error.clone())),
        }
    }
}

fn fail_open<T: Task>(items: &mut [Item<T>], error: &InferenceError) {
    for item in items.iter_mut().filter(|item| item.is_open()) {
        item.fail(error.clone());
    }
}

/// One line for all: a model's answer if there is one among them, and a failure if there is nothing else.
fn tell<D>(story: Recorder<'_>, answers: &[Result<Answered<D>, InferenceError>]) {
    let mut source = None;
    let mut age = None;
    for answer in answers {
        match answer {
            Ok(answered) => {
                age = age.max(answered.age);
                if source != Some(Source::Model) {
                    source = Some(answered.source);
                }
            }
            Err(error) => story.log(error),
        }
    }
    match (
        source,
        answers.iter().find_map(|answer| answer.as_ref().err()),
    ) {
        (None, Some(error)) => {
            story.failed(error.clone(), CacheReport::Off);
        }
        (source, _) => story.answered_each(source.unwrap_or(Source::Model), age, answers.len()),
    }
}

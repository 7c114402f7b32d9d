//! One question about several inputs: each has its own place in the cache, and only what is not there is sent, in as
//! few calls as the backend allows. Each is answered, or fails, for itself.

use std::{collections::HashMap, time::Duration};

use futures_util::future::join_all;

use super::{
    Story,
    ask::{examined, read},
    chain::{Chain, fresh, kept, not_kept, timed_out},
    question::Question,
};
use crate::{
    Inference, InferenceError, Prediction,
    axum::CacheReport,
    backend::Deadline,
    cache::{Key, QuestionKey, question_key},
    call::Call,
    inference::Settings,
    operation::{Model, Spec},
    prediction::Source,
    task::Task,
};

type Answered<T> = Result<Prediction<<T as Task>::Output>, InferenceError>;

/// Answers each input of a call, in their order.
pub(crate) async fn climb_each<T: Task>(mut call: Call<'_, T>) -> Vec<Answered<T>> {
    let story = Story::of(&call);
    let settings = call.inference.settings(call.spec);
    let mut places: Vec<Place<T>> = Vec::new();
    for input in call.items.take().unwrap_or_default() {
        places.push(Place::of(call.of_one(input), &settings).await);
    }
    let mut chain = Chains::of(call.inference, call.spec, &settings);
    while let Some((model, share)) = chain.next(&places) {
        look::<T>(call.inference, model, &mut places, &story).await;
        send::<T>(call.inference, model, share, &mut places, &story).await;
        chain.settle(model, &mut places);
    }
    let answers: Vec<_> = places.into_iter().map(Place::end).collect();
    tell(&story, &answers);
    // Of several origins the model's says most.
    let predictions = || answers.iter().flatten();
    let asked = predictions().find(|prediction| prediction.source == Source::Model);
    if let Some(prediction) = asked.or_else(|| predictions().next()) {
        call.leave_origin(prediction.origin());
    }
    answers
}

/// One input and how far it has come.
enum Place<T: Task> {
    Open {
        question: Box<Question<T>>,
        key: Option<Box<QuestionKey>>,
        failure: Option<InferenceError>,
    },
    Done(Answered<T>),
}

impl<T: Task> Place<T> {
    async fn of(call: Call<'_, T>, settings: &Settings<'_>) -> Self {
        let question = match Question::of(call, settings).await {
            Ok(question) => question,
            Err(error) => return Self::Done(Err(error)),
        };
        let key = match question.ttl {
            Some(_) => Some(Box::new(question_key(&question.fields).await)),
            None => None,
        };
        Self::Open {
            question: Box::new(question),
            key,
            failure: None,
        }
    }

    fn is_open(&self) -> bool {
        matches!(self, Self::Open { .. })
    }

    /// The key and the time to live of this model's answer, where answers are kept.
    fn cached(&self, model: &Model) -> Option<(Key, Duration)> {
        match self {
            Self::Open { question, key, .. } => key
                .as_ref()
                .map(|key| key.of_model(model))
                .zip(question.ttl),
            Self::Done(_) => None,
        }
    }

    fn fail(&mut self, error: InferenceError) {
        match self {
            Self::Open { failure, .. } if !error.is_callers_fault() => *failure = Some(error),
            _ => *self = Self::Done(Err(error)),
        }
    }

    fn end(self) -> Answered<T> {
        match self {
            Self::Done(answer) => answer,
            Self::Open { failure, .. } => Err(failure.unwrap_or_else(not_kept)),
        }
    }
}

/// The chain of all open places: they go from model to model together.
struct Chains<'a> {
    chain: Chain<'a>,
}

impl<'a> Chains<'a> {
    fn of(inference: &'a Inference, spec: &'static Spec, settings: &Settings<'a>) -> Self {
        Self {
            chain: Chain::of(inference, spec, settings),
        }
    }

    /// The next model and its share of the time, while there is something left to ask.
    fn next<T: Task>(&mut self, places: &[Place<T>]) -> Option<(&'a Model, Duration)> {
        let left = places.iter().find_map(|place| match place {
            Place::Open { question, .. } => Some(question.time_left()),
            Place::Done(_) => None,
        })?;
        let model = self.chain.next()?;
        Some((model, self.chain.share(left)))
    }

    /// Says once of this model what kept it from answering.
    fn settle<T: Task>(&mut self, model: &Model, places: &mut [Place<T>]) {
        let failed = places.iter().find_map(|place| match place {
            Place::Open { failure, .. } => failure.clone(),
            Place::Done(_) => None,
        });
        if let Some(error) = failed {
            // Only what no other model could mend is handed back, and places with that are done.
            let _ = self.chain.failed(model, error);
        }
    }
}

/// Takes what the cache has.
async fn look<T: Task>(
    inference: &Inference,
    model: &Model,
    places: &mut [Place<T>],
    story: &Story<'_>,
) {
    let found = join_all(places.iter().map(|place| {
        let cached = place.cached(model);
        async move {
            match cached {
                Some((key, ttl)) => {
                    let entry = inference.store().get(&key).await;
                    entry.filter(|entry| entry.age() < ttl)
                }
                None => None,
            }
        }
    }))
    .await;
    for (place, entry) in places.iter_mut().zip(found) {
        if let Some(entry) = entry {
            *place = Place::Done(kept::<T>(&entry, Source::Cache, story.started));
        }
    }
}

/// Asks the model what the cache did not have: equal inputs once.
async fn send<T: Task>(
    inference: &Inference,
    model: &Model,
    share: Duration,
    places: &mut [Place<T>],
    story: &Story<'_>,
) {
    let named = |error: InferenceError| error.with_model(model.backend(), model.name());
    let backend = match inference.backend(model) {
        Ok(backend) => backend,
        Err(error) => return fail_open(places, &named(error)),
    };
    let mut requests = Vec::new();
    // For each request the places that wait for it.
    let mut waiting: Vec<Vec<usize>> = Vec::new();
    let mut by_key = HashMap::new();
    for (index, place) in places.iter().enumerate() {
        let Place::Open { question, .. } = place else {
            continue;
        };
        let request = match place.cached(model) {
            Some((key, _)) => *by_key.entry(key).or_insert(waiting.len()),
            None => waiting.len(),
        };
        if request == waiting.len() {
            requests.push(question.request(model, Deadline::at(question.deadline)));
            waiting.push(Vec::new());
        }
        waiting[request].push(index);
    }
    if requests.is_empty() {
        return;
    }
    let responses = match tokio::time::timeout(share, backend.call_many(&requests)).await {
        Ok(responses) if responses.len() == requests.len() => responses,
        Ok(_) => return fail_open(places, &named(not_kept())),
        Err(_) => return fail_open(places, &named(timed_out(share))),
    };
    for (response, waiting) in responses.into_iter().zip(waiting) {
        let Some(&first) = waiting.first() else {
            continue;
        };
        let answer = match (&places[first], response) {
            (Place::Open { question, .. }, Ok(response)) => {
                let answer = read(model, question, &question.input, response);
                let deadline = Deadline::at(question.deadline);
                let examined = examined(&*backend, model, question, answer, deadline);
                let left = question.time_left();
                tokio::time::timeout(left, examined)
                    .await
                    .unwrap_or_else(|_| Err(named(timed_out(left))))
            }
            (_, Ok(_)) => Err(not_kept()),
            (_, Err(error)) => Err(named(error)),
        };
        match answer {
            Ok(answer) => {
                if let Some((key, ttl)) = places[first].cached(model)
                    && let Some(fresh) = answer.clone().into_entry()
                {
                    inference.store().put(key, fresh, ttl).await;
                }
                let (output, origin) = answer.into_parts();
                for index in waiting {
                    let origin = fresh(origin.clone(), story.started);
                    places[index] = Place::Done(Ok(Prediction::new(output.clone(), origin)));
                }
            }
            Err(error) => waiting
                .into_iter()
                .for_each(|index| places[index].fail(error.clone())),
        }
    }
}

fn fail_open<T: Task>(places: &mut [Place<T>], error: &InferenceError) {
    for place in places.iter_mut().filter(|place| place.is_open()) {
        place.fail(error.clone());
    }
}

/// One line for all: a model's answer if there is one among them, and a failure if there is nothing else.
fn tell<D>(story: &Story<'_>, answers: &[Result<Prediction<D>, InferenceError>]) {
    let mut source = None;
    let mut age = None;
    for answer in answers {
        match answer {
            Ok(prediction) => {
                age = age.max(prediction.age);
                if source != Some(Source::Model) {
                    source = Some(prediction.source);
                }
            }
            Err(error) => error.log(story.spec.name()),
        }
    }
    match (
        source,
        answers.iter().find_map(|answer| answer.as_ref().err()),
    ) {
        (None, Some(error)) => {
            story.failed(error.clone(), CacheReport::Off);
        }
        (source, _) => story.answered(source.unwrap_or(Source::Model), CacheReport::Off, age),
    }
}

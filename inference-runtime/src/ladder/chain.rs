//! The models of an operation, in their order, each with its cache before it.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{ask::ask, question::Question};
use crate::{
    Inference, InferenceError, Prediction,
    axum::CacheReport,
    backend::Deadline,
    cache::{Entry, EntryOrigin, Key, Role, question_key},
    call::Call,
    error::ErrorKind,
    inference::Settings,
    operation::{Model, Spec},
    prediction::{Origin, Source},
    task::Task,
};

pub(super) async fn answer<T: Task>(
    call: Call<'_, T>,
    cache: &mut CacheReport,
) -> Result<Prediction<T::Output>, InferenceError> {
    let (inference, spec, started) = (call.inference, call.spec, call.started);
    let settings = inference.settings(spec);
    let question = Arc::new(Question::of(call, &settings).await?);
    let hash = match question.ttl {
        Some(_) => Some(question_key(&question.fields).await),
        None => None,
    };
    let mut chain = Chain::of(inference, spec, &settings);
    while let Some(model) = chain.next() {
        let cached = hash
            .as_ref()
            .zip(question.ttl)
            .map(|(hash, ttl)| (hash.of_model(model), ttl));
        if let Some((key, ttl)) = &cached
            && let Some(entry) = inference.store().get(key).await
            && entry.age() < *ttl
        {
            *cache = CacheReport::Hit {
                ttl_left: ttl.saturating_sub(entry.age()),
            };
            return kept::<T>(&entry, Source::Cache, started);
        }
        let share = chain.share(question.time_left());
        let asked = ask_model(inference, model, &question, cached, cache, started);
        match tokio::time::timeout(share, asked).await {
            Ok(Ok(prediction)) => return Ok(prediction),
            Ok(Err(error)) => chain.failed(model, error)?,
            Err(_) => chain.failed(model, timed_out(share))?,
        }
    }
    Err(chain.end())
}

/// Goes from one model to the next, and knows what to say when the last has failed.
pub(super) struct Chain<'a> {
    inference: &'a Inference,
    spec: &'static Spec,
    left: &'a [Model],
    failure: Option<InferenceError>,
}

impl<'a> Chain<'a> {
    pub(super) fn of(
        inference: &'a Inference,
        spec: &'static Spec,
        settings: &Settings<'a>,
    ) -> Self {
        Self {
            inference,
            spec,
            left: settings.models,
            failure: None,
        }
    }

    pub(super) fn next(&mut self) -> Option<&'a Model> {
        let (model, left) = self.left.split_first()?;
        self.left = left;
        Some(model)
    }

    /// The time for the model just taken: one that hangs must leave some for those behind it.
    pub(super) fn share(&self, time_left: Duration) -> Duration {
        time_left / u32::try_from(self.left.len() + 1).unwrap_or(u32::MAX)
    }

    /// A model has failed: the next is asked, unless none could do better.
    pub(super) fn failed(
        &mut self,
        model: &Model,
        error: InferenceError,
    ) -> Result<(), InferenceError> {
        let error = error.with_model(model.backend(), model.name());
        if error.is_callers_fault() {
            return Err(error);
        }
        let not_configured = error.kind() == ErrorKind::NotConfigured;
        if !self.left.is_empty() {
            if not_configured {
                self.inference.announce_skip(model, &error);
            } else {
                error.log(self.spec.name());
            }
        }
        // What a model did says more than that another could not be asked.
        if self.failure.is_none() || !not_configured {
            self.failure = Some(error);
        }
        Ok(())
    }

    pub(super) fn end(self) -> InferenceError {
        self.failure.unwrap_or_else(|| {
            InferenceError::new(
                ErrorKind::NotConfigured,
                "the operation names no model; help: give it a `model`",
            )
        })
    }
}

/// Asks one model: by itself, or where answers are kept together with all who ask the same.
async fn ask_model<T: Task>(
    inference: &Inference,
    model: &Model,
    question: &Arc<Question<T>>,
    cached: Option<(Key, Duration)>,
    cache: &mut CacheReport,
    started: Instant,
) -> Result<Prediction<T::Output>, InferenceError> {
    let backend = inference.backend(model)?;
    let Some((key, ttl)) = cached else {
        let deadline = Deadline::at(question.deadline);
        let (output, origin) = ask(&*backend, model, question, deadline)
            .await?
            .into_parts();
        return Ok(Prediction::new(output, fresh(origin, started)));
    };
    *cache = CacheReport::Miss { shared: false };
    let (role, outcome) = inference
        .flights()
        .join(key, question.deadline, |deadline| {
            let (inference, model, question) =
                (inference.clone(), model.clone(), Arc::clone(question));
            async move {
                // One that landed between our look and our start has filled the cache.
                if let Some(entry) = inference.store().get(&key).await
                    && entry.age() < ttl
                {
                    return Ok(entry);
                }
                let answer = ask(&*backend, &model, &question, deadline).await?;
                let fresh = answer.into_entry().ok_or_else(not_kept)?;
                let entry = fresh.entry().clone();
                inference.store().put(key, fresh, ttl).await;
                Ok(entry)
            }
        })
        .await;
    *cache = CacheReport::Miss {
        shared: role == Role::Passenger,
    };
    kept::<T>(&outcome?, Source::Model, started)
}

pub(super) fn fresh(origin: EntryOrigin, started: Instant) -> Origin {
    Origin {
        source: Source::Model,
        model: Some(origin.model),
        provider: origin.provider,
        age: None,
        elapsed: started.elapsed(),
        usage: origin.usage,
    }
}

pub(super) fn kept<T: Task>(
    entry: &Entry,
    source: Source,
    started: Instant,
) -> Result<Prediction<T::Output>, InferenceError> {
    let output = entry.output::<T>().ok_or_else(not_kept)?;
    let mut origin = fresh(entry.origin().clone(), started);
    origin.source = source;
    origin.age = (source != Source::Model).then(|| entry.age());
    Ok(Prediction::new(output, origin))
}

pub(super) fn not_kept() -> InferenceError {
    InferenceError::new(
        ErrorKind::Internal,
        "an answer could not be kept in the form of its task",
    )
}

pub(super) fn timed_out(after: Duration) -> InferenceError {
    let after = Duration::from_millis(u64::try_from(after.as_millis()).unwrap_or(u64::MAX));
    InferenceError::new(
        ErrorKind::Timeout,
        format!(
            "the model did not answer within {}; help: raise `timeout` or give a `fallback`",
            humantime::format_duration(after)
        ),
    )
}

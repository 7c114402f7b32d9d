//! The one order in which a prediction is answered: fresh entry, model, next model. What fails here is left to the
//! handler's `fallback`.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use crate::{
    Inference, InferenceError, Prediction,
    axum::{CacheReport, Outcome},
    backend::{Backend, Deadline, Request},
    cache::{Entry, EntryOrigin, Key, KeyFields, Role, question_key},
    call::Call,
    error::ErrorKind,
    inference::Settings,
    operation::{Model, Spec},
    prediction::{Origin, Source},
    task::{RawAnswer, Task},
};

/// Answers a call, counts it, writes its failure to the log and its story to the response's headers.
pub(crate) async fn climb<T: Task>(
    call: Call<'_, T>,
) -> Result<Prediction<T::Output>, InferenceError> {
    let (inference, spec, started) = (call.inference, call.spec, call.started);
    let mut cache = CacheReport::Off;
    let result = answer(call, &mut cache)
        .await
        .map_err(|error| error.after(started.elapsed()));
    match &result {
        Ok(prediction) => inference.record(
            spec,
            Outcome::Answered(prediction.source),
            cache,
            prediction.age,
            started,
        ),
        Err(error) => {
            error.log(spec.name());
            inference.record(spec, Outcome::Failed, cache, None, started);
        }
    }
    result
}

async fn answer<T: Task>(
    call: Call<'_, T>,
    cache: &mut CacheReport,
) -> Result<Prediction<T::Output>, InferenceError> {
    let Call {
        inference,
        spec,
        input,
        parameters,
        scope,
        key,
        started,
        ..
    } = call;
    let settings = inference.settings(spec);
    let input = input?;
    check_size::<T>(&input, settings.max_input)?;
    T::check(&input, &parameters)?;
    let fields = KeyFields {
        task: T::NAME,
        payload: T::encode(&input)?,
        parameters: encode_parameters::<T>(&parameters)?,
        scope: scope.transpose()?,
        key: key.transpose()?,
    };
    let question = Arc::new(Question::<T> {
        spec,
        input,
        parameters,
        fields,
        ttl: settings.cache,
        deadline: started + settings.timeout,
    });
    ask_chain(inference, &settings, &question, cache, started).await
}

/// Everything about a prediction that a flight needs when its first caller has gone.
struct Question<T: Task> {
    spec: &'static Spec,
    input: T::Input,
    parameters: T::Parameters,
    fields: KeyFields,
    ttl: Option<Duration>,
    deadline: Instant,
}

async fn ask_chain<T: Task>(
    inference: &Inference,
    settings: &Settings<'_>,
    question: &Arc<Question<T>>,
    cache: &mut CacheReport,
    started: Instant,
) -> Result<Prediction<T::Output>, InferenceError> {
    let hash = match question.ttl {
        Some(_) => Some(question_key(&question.fields).await),
        None => None,
    };
    let mut failure: Option<InferenceError> = None;
    let count = settings.models.len();
    for (position, model) in settings.models.iter().enumerate() {
        let cached = hash
            .as_ref()
            .zip(question.ttl)
            .map(|(hash, ttl)| (hash.of_model(model), ttl));
        if let Some((key, ttl)) = &cached
            && let Some(entry) = inference.lookup(key, *ttl).await
        {
            *cache = CacheReport::Hit {
                ttl_left: ttl.saturating_sub(entry.age()),
            };
            return kept::<T>(&entry, Source::Cache, started);
        }
        // A model that hangs must leave time for those behind it.
        let left = question.deadline.saturating_duration_since(Instant::now());
        let share = left / u32::try_from(count - position).unwrap_or(u32::MAX);
        let asked = ask_model(inference, model, question, cached, cache, started);
        let error = match tokio::time::timeout(share, asked).await {
            Ok(Ok(prediction)) => return Ok(prediction),
            Ok(Err(error)) => error,
            Err(_) => timed_out(share).with_model(model.backend(), model.name()),
        };
        if error.is_callers_fault() {
            return Err(error);
        }
        let not_configured = error.kind() == ErrorKind::NotConfigured;
        if position + 1 < count {
            if not_configured {
                inference.announce_skip(model, &error);
            } else {
                error.log(question.spec.name());
            }
        }
        // What a model did says more than that another could not be asked.
        if failure.is_none() || !not_configured {
            failure = Some(error);
        }
    }
    Err(failure.unwrap_or_else(|| {
        InferenceError::new(
            ErrorKind::NotConfigured,
            "the operation names no model; help: give it a `model`",
        )
    }))
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
    let backend = inference
        .backend(model)
        .map_err(|error| error.with_model(model.backend(), model.name()))?;
    let Some((key, ttl)) = cached else {
        let deadline = Deadline::at(question.deadline);
        let (output, origin) = ask(&*backend, model, question, deadline).await?;
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
                if let Some(entry) = inference.lookup(&key, ttl).await {
                    return Ok(entry);
                }
                let (output, origin) = ask(&*backend, &model, &question, deadline).await?;
                let entry = Entry::new::<T>(output, origin).ok_or_else(not_kept)?;
                inference.keep(key, entry.clone(), ttl).await;
                Ok(entry)
            }
        })
        .await;
    *cache = CacheReport::Miss {
        shared: role == Role::Passenger,
    };
    kept::<T>(&outcome?, Source::Model, started)
}

/// Asks one model once.
async fn ask<T: Task>(
    backend: &dyn Backend,
    model: &Model,
    question: &Question<T>,
    deadline: Deadline,
) -> Result<(T::Output, EntryOrigin), InferenceError> {
    let request = Request {
        operation: question.spec.name(),
        task: T::NAME,
        model: model.clone(),
        payload: question.fields.payload.clone(),
        parameters: question.fields.parameters.clone(),
        parameters_at_root: T::PARAMETERS_AT_ROOT,
        deadline,
    };
    let named = |error: InferenceError| error.with_model(model.backend(), model.name());
    let response = backend.call(&request).await.map_err(named)?;
    let answer = RawAnswer {
        body: &response.body,
        media_type: response.media_type.as_deref(),
    };
    let output = T::decode(&answer, &question.input, &question.parameters).map_err(|unusable| {
        let (kind, message) = if unusable.malformed {
            (ErrorKind::MalformedOutput, format!("the answer to `{}` cannot be read", T::NAME))
        } else {
            (
                ErrorKind::UnexpectedOutput,
                format!(
                    "the answer is not what `{}` gives; help: check that the model is for this task",
                    T::NAME
                ),
            )
        };
        let mut error = InferenceError::new(kind, message)
            .with_upstream(&String::from_utf8_lossy(&response.body[..response.body.len().min(4_096)]))
            .with_source(unusable);
        if let Some(provider) = &response.provider {
            error = error.with_provider(provider.clone());
        }
        if let Some(id) = &response.request_id {
            error = error.with_request_id(id.clone());
        }
        named(error)
    })?;
    let origin = EntryOrigin {
        model: response.model.unwrap_or_else(|| model.to_string()),
        provider: response.provider,
        usage: response.usage,
    };
    Ok((output, origin))
}

fn check_size<T: Task>(input: &T::Input, max: Option<usize>) -> Result<(), InferenceError> {
    match max {
        Some(max) if T::size(input) > max => Err(InferenceError::new(
            ErrorKind::InputTooLarge,
            format!(
                "the input has {} bytes, `max_input` allows {max}",
                T::size(input)
            ),
        )),
        _ => Ok(()),
    }
}

fn encode_parameters<T: Task>(
    parameters: &T::Parameters,
) -> Result<Box<serde_json::value::RawValue>, InferenceError> {
    serde_json::value::to_raw_value(parameters).map_err(|error| {
        InferenceError::new(
            ErrorKind::Internal,
            "the parameters cannot be written as JSON",
        )
        .with_source(error)
    })
}

fn fresh(origin: EntryOrigin, started: Instant) -> Origin {
    Origin {
        source: Source::Model,
        model: Some(origin.model),
        provider: origin.provider,
        age: None,
        elapsed: started.elapsed(),
        usage: origin.usage,
    }
}

fn kept<T: Task>(
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

fn not_kept() -> InferenceError {
    InferenceError::new(
        ErrorKind::Internal,
        "an answer could not be kept in the form of its task",
    )
}

fn timed_out(after: Duration) -> InferenceError {
    InferenceError::new(
        ErrorKind::Timeout,
        format!(
            "the model did not answer within {}; help: raise `timeout` or give a `fallback`",
            humantime::format_duration(Duration::from_millis(
                u64::try_from(after.as_millis()).unwrap_or(u64::MAX)
            ))
        ),
    )
}

//! The value of a prediction and its origin: the source, the model, the provider, the usage.

use std::{
    fmt,
    ops::{Deref, DerefMut},
    sync::Arc,
    time::Duration,
};

/// The rung of the ladder that an answer came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Source {
    /// A call to a model.
    Model,
    /// A fresh cache entry.
    Cache,
    /// A stale cache entry.
    Stale,
    /// The `fallback` of the annotation.
    Fallback,
}

impl Source {
    /// Returns the source's name in headers, logs and pages: `model`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Cache => "cache",
            Self::Stale => "stale",
            Self::Fallback => "fallback",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The number of tokens that a prediction used, as counted by the service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Usage {
    /// Tokens of the input.
    pub input_tokens: Option<u64>,
    /// Tokens of the output.
    pub output_tokens: Option<u64>,
}

impl Usage {
    /// Returns the sum of the usage of two calls.
    pub(crate) fn sum(first: Option<Self>, second: Option<Self>) -> Option<Self> {
        let (Some(first), Some(second)) = (first, second) else {
            return first.or(second);
        };
        let add = |a: Option<u64>, b: Option<u64>| match (a, b) {
            (Some(a), Some(b)) => Some(a.saturating_add(b)),
            (a, b) => a.or(b),
        };
        Some(Self {
            input_tokens: add(first.input_tokens, second.input_tokens),
            output_tokens: add(first.output_tokens, second.output_tokens),
        })
    }
}

/// The origin of a cached answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EntryOrigin {
    // Shared by all answers of a model.
    pub(crate) model: Arc<str>,
    pub(crate) provider: Option<Arc<str>>,
    pub(crate) usage: Option<Usage>,
}

/// The origin of an answer.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) source: Source,
    pub(crate) model: Option<Arc<str>>,
    pub(crate) provider: Option<Arc<str>>,
    pub(crate) age: Option<Duration>,
    pub(crate) elapsed: Duration,
    pub(crate) usage: Option<Usage>,
}

impl Origin {
    pub(crate) fn fallback(elapsed: Duration) -> Self {
        Self {
            source: Source::Fallback,
            model: None,
            provider: None,
            age: None,
            elapsed,
            usage: None,
        }
    }
}

/// An answer with its origin, before it is converted to a delivery.
///
/// Value and origin are shared with the cache: a delivery that needs a part of the value clones only that part.
pub(crate) struct Answered<O> {
    pub(crate) value: Arc<O>,
    pub(crate) origin: Arc<EntryOrigin>,
    pub(crate) source: Source,
    pub(crate) age: Option<Duration>,
    pub(crate) elapsed: Duration,
}

impl<O: Clone> Answered<O> {
    /// Returns the value, cloned if it is shared.
    pub(crate) fn into_value(self) -> O {
        Arc::unwrap_or_clone(self.value)
    }
}

impl<O> Answered<O> {
    /// Returns the same answer, for another receiver.
    pub(crate) fn share(&self) -> Self {
        Self {
            value: Arc::clone(&self.value),
            origin: Arc::clone(&self.origin),
            ..*self
        }
    }

    pub(crate) fn origin(&self) -> Origin {
        Origin {
            source: self.source,
            model: Some(Arc::clone(&self.origin.model)),
            provider: self.origin.provider.clone(),
            age: self.age,
            elapsed: self.elapsed,
            usage: self.origin.usage,
        }
    }
}

impl<O: Clone> From<Answered<O>> for Prediction<O> {
    fn from(answered: Answered<O>) -> Self {
        let origin = answered.origin();
        Self::new(answered.into_value(), origin)
    }
}

/// An answer and its origin. It derefs to the answer.
///
/// ```
/// use inference_runtime::prelude::*;
///
/// #[infer(
///     model = "distilbert/distilbert-base-uncased-finetuned-sst-2-english",
///     task = "text-classification",
///     fallback = Label::new("NEUTRAL", 0.0),
/// )]
/// async fn sentiment(text: String, #[prediction] label: Prediction<Label>) -> String {
///     format!("{} ({})", label.label, label.source)
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Prediction<D> {
    /// The answer.
    pub value: D,
    /// The rung of the ladder that it came from.
    pub source: Source,
    /// The model that gave it, as `[backend::]org/name`; `None` for a fallback.
    pub model: Option<String>,
    /// The provider that ran the model, if the service reports it.
    pub provider: Option<String>,
    /// The time since the model gave it, for an answer from the cache.
    pub age: Option<Duration>,
    /// The duration of this prediction.
    pub elapsed: Duration,
    /// The tokens used by the call that produced it, if the service reports them.
    pub usage: Option<Usage>,
}

impl<D> Prediction<D> {
    pub(crate) fn new(value: D, origin: Origin) -> Self {
        let Origin {
            source,
            model,
            provider,
            age,
            elapsed,
            usage,
        } = origin;
        Self {
            value,
            source,
            model: model.as_deref().map(str::to_owned),
            provider: provider.as_deref().map(str::to_owned),
            age,
            elapsed,
            usage,
        }
    }

    /// Splits the prediction into its value and its origin.
    pub(crate) fn split(self) -> (D, Prediction<()>) {
        let Self {
            value,
            source,
            model,
            provider,
            age,
            elapsed,
            usage,
        } = self;
        let origin = Prediction {
            value: (),
            source,
            model,
            provider,
            age,
            elapsed,
            usage,
        };
        (value, origin)
    }

    /// Returns the answer.
    #[must_use]
    pub fn into_inner(self) -> D {
        self.value
    }

    /// Maps the answer and keeps the origin.
    #[must_use]
    pub fn map<E>(self, change: impl FnOnce(D) -> E) -> Prediction<E> {
        let (value, origin) = self.split();
        origin.with_value(change(value))
    }

    /// Maps the answer with a fallible function and keeps the origin.
    ///
    /// # Errors
    ///
    /// Returns the error of `change`.
    pub fn try_map<E, X>(self, change: impl FnOnce(D) -> Result<E, X>) -> Result<Prediction<E>, X> {
        let (value, origin) = self.split();
        Ok(origin.with_value(change(value)?))
    }

    /// Returns a prediction of this origin with another value.
    fn with_value<E>(self, value: E) -> Prediction<E> {
        let Self {
            value: _,
            source,
            model,
            provider,
            age,
            elapsed,
            usage,
        } = self;
        Prediction {
            value,
            source,
            model,
            provider,
            age,
            elapsed,
            usage,
        }
    }
}

impl<D> Deref for Prediction<D> {
    type Target = D;

    fn deref(&self) -> &D {
        &self.value
    }
}

impl<D> DerefMut for Prediction<D> {
    fn deref_mut(&mut self) -> &mut D {
        &mut self.value
    }
}

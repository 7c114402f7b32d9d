//! The value of a prediction and its origin: the source, the model, the provider, the usage.

use std::{
    fmt,
    ops::{Deref, DerefMut},
    sync::Arc,
    time::Duration,
};

/// The rung of the ladder that answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Source {
    /// A model, just now.
    Model,
    /// The cache, with an answer that is still fresh.
    Cache,
    /// The cache, with an answer past its time, since no model could be asked.
    Stale,
    /// The `fallback` of the annotation.
    Fallback,
}

impl Source {
    /// One word for headers, logs and pages: `model`.
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

/// What a prediction used, in tokens, as the service counted them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Usage {
    /// Tokens of the input.
    pub input_tokens: Option<u64>,
    /// Tokens of the output.
    pub output_tokens: Option<u64>,
}

impl Usage {
    /// What two calls have used together.
    pub(crate) fn sum(first: Option<Self>, second: Option<Self>) -> Option<Self> {
        let (Some(first), Some(second)) = (first, second) else {
            return first.or(second);
        };
        let add = |one: Option<u64>, other: Option<u64>| match (one, other) {
            (Some(one), Some(other)) => Some(one.saturating_add(other)),
            (one, other) => one.or(other),
        };
        Some(Self {
            input_tokens: add(first.input_tokens, second.input_tokens),
            output_tokens: add(first.output_tokens, second.output_tokens),
        })
    }
}

/// Where a kept answer came from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EntryOrigin {
    // Shared: every answer of a model tells of them.
    pub(crate) model: Arc<str>,
    pub(crate) provider: Option<Arc<str>>,
    pub(crate) usage: Option<Usage>,
}

/// Where an answer came from.
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

/// An answer on its way to a delivery, most of which do not ask where it came from.
///
/// Both are shared with the cache: who needs a part of the answer copies that alone.
pub(crate) struct Answered<O> {
    pub(crate) value: Arc<O>,
    pub(crate) origin: Arc<EntryOrigin>,
    pub(crate) source: Source,
    pub(crate) age: Option<Duration>,
    pub(crate) elapsed: Duration,
}

impl<O: Clone> Answered<O> {
    /// The answer, copied where somebody else has it too.
    pub(crate) fn into_value(self) -> O {
        Arc::unwrap_or_clone(self.value)
    }
}

impl<O> Answered<O> {
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

/// An answer and where it came from. It derefs to the answer.
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
    /// Which rung of the ladder gave it.
    pub source: Source,
    /// The model that gave it, as `[backend::]org/name`; none for a fallback.
    pub model: Option<String>,
    /// The provider that ran the model, where the service says so.
    pub provider: Option<String>,
    /// How long ago the model gave it, for an answer from the cache.
    pub age: Option<Duration>,
    /// How long this prediction took.
    pub elapsed: Duration,
    /// What the service counted when the model gave it.
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

    /// The answer, and a prediction of nothing with its origin.
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
        (
            value,
            Prediction {
                value: (),
                source,
                model,
                provider,
                age,
                elapsed,
                usage,
            },
        )
    }

    /// The answer alone.
    #[must_use]
    pub fn into_inner(self) -> D {
        self.value
    }

    /// Another answer of the same origin.
    #[must_use]
    pub fn map<E>(self, change: impl FnOnce(D) -> E) -> Prediction<E> {
        let Self {
            value,
            source,
            model,
            provider,
            age,
            elapsed,
            usage,
        } = self;
        Prediction {
            value: change(value),
            source,
            model,
            provider,
            age,
            elapsed,
            usage,
        }
    }

    /// Another answer of the same origin, or an error.
    ///
    /// # Errors
    ///
    /// The error of `change`.
    pub fn try_map<E, X>(self, change: impl FnOnce(D) -> Result<E, X>) -> Result<Prediction<E>, X> {
        let Self {
            value,
            source,
            model,
            provider,
            age,
            elapsed,
            usage,
        } = self;
        Ok(Prediction {
            value: change(value)?,
            source,
            model,
            provider,
            age,
            elapsed,
            usage,
        })
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

mod chat;
mod json;

use std::ops::{Deref, DerefMut};

use serde::de::DeserializeOwned;

use super::Receive;
use crate::{Call, ErrorKind, InferenceError, task::Custom};

/// An answer read into a type of one's own. It derefs to the value.
///
/// Of `chat-completion` the type is a [`JsonSchema`](schemars::JsonSchema), too: the schema goes to the service as
/// `response_format`, and an answer that does not fit goes back to the model once, with what is wrong with it. Only
/// what fits is kept in the cache. Of `custom` it is the JSON of the answer that is read.
///
/// A `fallback` beside it gives the plain value.
///
/// ```
/// use inference_runtime::prelude::*;
///
/// #[derive(serde::Deserialize)]
/// struct Toxicity { toxic: f32 }
///
/// #[infer(model = "org/moderation", task = "custom", fallback = Toxicity { toxic: 1.0 })]
/// async fn moderate(text: String, #[prediction] answer: Structured<Toxicity>) -> String {
///     if answer.toxic > 0.5 { "no".into() } else { text }
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Structured<T>(pub T);

impl<T> Structured<T> {
    /// The value.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Structured<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Structured<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<V: DeserializeOwned> Receive<Custom> for Structured<V> {
    type Value = V;

    async fn receive(call: Call<'_, Custom>) -> Result<Self, InferenceError> {
        call.predict_into(|answer| {
            serde_json::from_value(answer).map(Self).map_err(|error| {
                InferenceError::new(
                    ErrorKind::UnexpectedOutput,
                    format!(
                        "the answer cannot be read as `{}`; help: its fields must be those the model sends",
                        std::any::type_name::<V>()
                    ),
                )
                .with_source(error)
            })
        })
        .await
    }

    fn from_fallback(value: V) -> Self {
        Self(value)
    }
}

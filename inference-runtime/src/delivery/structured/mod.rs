mod chat;
mod json;

use std::ops::{Deref, DerefMut};

use serde::de::DeserializeOwned;

use super::Receive;
use crate::{Call, ErrorKind, InferenceError, task::Custom};

/// An answer deserialized into your own type. It derefs to the value.
///
/// For `chat-completion`, the type also implements [`JsonSchema`](schemars::JsonSchema): the schema is sent to the service
/// as `response_format`, and an answer that does not match is sent back to the model once, with the error. Only matching
/// answers are cached. For `custom`, the JSON of the answer is deserialized.
///
/// Its `fallback` is the plain value.
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
    /// Returns the value.
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
                        "cannot parse the answer as `{}`; help: its fields must match those that the model sends",
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

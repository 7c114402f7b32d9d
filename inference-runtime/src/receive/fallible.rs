//! The forms that leave failure to the handler.

use std::convert::Infallible;

use super::Receive;
use crate::{Call, InferenceError, Task};

impl<T: Task, D: Receive<T>> Receive<T> for Option<D> {
    type Value = Infallible;

    async fn receive(call: Call<'_, T>) -> Result<Self, InferenceError> {
        Ok(D::receive(call).await.ok())
    }

    fn from_fallback(value: Infallible) -> Self {
        match value {}
    }
}

impl<T: Task, D: Receive<T>> Receive<T> for Result<D, InferenceError> {
    type Value = Infallible;

    async fn receive(call: Call<'_, T>) -> Result<Self, InferenceError> {
        Ok(D::receive(call).await)
    }

    fn from_fallback(value: Infallible) -> Self {
        match value {}
    }
}

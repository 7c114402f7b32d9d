use std::ops::{Deref, DerefMut};

use super::Receive;
use crate::{Call, InferenceError, Task, ladder};

/// The answers to several inputs, in their order: `input` is an iterator or a list.
///
/// Every input has its own cache entry. Only the misses are sent, in as few calls as the backend allows, and each
/// succeeds or fails by itself. The prediction fails if all of them fail; a `fallback` is a list.
#[derive(Clone, Debug, Default)]
pub struct Each<D>(pub Vec<Result<D, InferenceError>>);

impl<D> Each<D> {
    /// Returns all answers.
    ///
    /// # Errors
    ///
    /// Returns the first failure.
    pub fn all(self) -> Result<Vec<D>, InferenceError> {
        self.0.into_iter().collect()
    }

    /// Returns the successful answers.
    pub fn answered(self) -> impl Iterator<Item = D> {
        self.0.into_iter().flatten()
    }
}

impl<D> Deref for Each<D> {
    type Target = [Result<D, InferenceError>];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<D> DerefMut for Each<D> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<D> IntoIterator for Each<D> {
    type Item = Result<D, InferenceError>;
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<T: Task, D: Receive<T> + Send> Receive<T> for Each<D> {
    type Value = Vec<D::Value>;

    fn prepare(call: &mut Call<'_, T>) {
        D::prepare(call);
    }

    async fn receive(mut call: Call<'_, T>) -> Result<Self, InferenceError> {
        let (inference, spec) = (call.inference, call.spec);
        // A type alias may hide `Each` from the macro, which then gives one input: make it a list of one.
        call.make_list();
        D::prepare(&mut call);
        let answers = ladder::predict_each(call).await;
        let mut received = Vec::with_capacity(answers.len());
        for answer in answers {
            received.push(D::receive(Call::with_answer(inference, spec, answer)).await);
        }
        match received
            .iter()
            .all(Result::is_err)
            .then(|| received.first())
            .flatten()
        {
            Some(Err(error)) => Err(error.clone()),
            _ => Ok(Self(received)),
        }
    }

    fn from_fallback(value: Vec<D::Value>) -> Self {
        Self(
            value
                .into_iter()
                .map(|value| Ok(D::from_fallback(value)))
                .collect(),
        )
    }
}

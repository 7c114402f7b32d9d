//! Answers a call: makes the prediction and converts its output.

use std::{
    borrow::Cow,
    future::ready,
    sync::{Arc, OnceLock},
};

use futures_util::{FutureExt, future::Either};

use super::{OpenStream, Started, open_stream, start};
use crate::{
    ErrorKind, InferenceError, Prediction,
    answer::{Answered, Origin},
    call::{Call, Delivery},
    task::Task,
};

/// Converts an output to a delivery, whether the caller owns it or shares it with the cache.
pub(crate) type Convert<O, D> = fn(Cow<'_, O>) -> Option<D>;

impl<'a, T: Task> Call<'a, T> {
    /// Makes the prediction: from the cache, or by the models of the operation in their order.
    ///
    /// # Errors
    ///
    /// An [`InferenceError`] if the input was rejected or no model gave a valid answer.
    pub async fn predict(mut self) -> Result<Prediction<T::Output>, InferenceError> {
        let origin = self.origin.take();
        let answered = match self.start() {
            Started::Ready(answer) => answer?,
            Started::Pending(pending) => pending.answer().await?,
        };
        store_origin(origin.as_ref(), || answered.origin());
        Ok(answered.into())
    }

    /// Makes the prediction and converts its output: without waiting on a hit in memory. An output that cannot be
    /// converted is a failed prediction.
    pub(crate) fn deliver<D: Send + 'a>(
        mut self,
        convert: Convert<T::Output, D>,
    ) -> Delivery<'a, Result<D, InferenceError>> {
        let (inference, spec, span) = (self.inference, self.spec, self.span());
        let origin = self.origin.take();
        let deliver = move |answered: Answered<T::Output>| {
            store_origin(origin.as_ref(), || answered.origin());
            let elapsed = answered.elapsed;
            let converted = match Arc::try_unwrap(answered.value) {
                Ok(own) => convert(Cow::Owned(own)),
                Err(shared) => convert(Cow::Borrowed(&shared)),
            };
            converted.ok_or_else(|| inference.record_rejected(spec, &span, empty_output(), elapsed))
        };
        match self.start() {
            Started::Ready(answer) => Either::Left(ready(answer.and_then(deliver))),
            Started::Pending(pending) => Either::Right(
                pending
                    .answer()
                    .map(|answer| answer.and_then(deliver))
                    .boxed(),
            ),
        }
    }

    /// Makes the prediction and converts its output. An output that cannot be converted is a failed prediction.
    pub(crate) async fn predict_into<D>(
        mut self,
        convert: impl FnOnce(T::Output) -> Result<D, InferenceError> + Send,
    ) -> Result<D, InferenceError> {
        let (inference, spec, span) = (self.inference, self.spec, self.span());
        let answer = self.predict().await?;
        let elapsed = answer.elapsed;
        convert(answer.into_inner())
            .map_err(|error| inference.record_rejected(spec, &span, error, elapsed))
    }

    fn start(mut self) -> Started<'a, T> {
        match self.ready.take() {
            Some(answer) => Started::Ready(*answer),
            None => start(self),
        }
    }

    /// Opens the answer as a stream.
    pub(crate) async fn open(self) -> Result<OpenStream, InferenceError> {
        let origin = self.origin.clone();
        let opened = open_stream(self).await?;
        store_origin(origin.as_ref(), || opened.origin.clone());
        Ok(opened)
    }

    /// Stores the answer's origin for a wrapper such as `Prediction`.
    pub(super) fn store_origin(&self, origin: impl FnOnce() -> Origin) {
        store_origin(self.origin.as_ref(), origin);
    }

    /// The slot that receives the answer's origin.
    pub(crate) fn origin_slot(&mut self) -> Arc<OnceLock<Origin>> {
        Arc::clone(self.origin.get_or_insert_default())
    }
}

fn store_origin(slot: Option<&Arc<OnceLock<Origin>>>, origin: impl FnOnce() -> Origin) {
    // A delivery that predicts twice reports the first.
    if let Some(slot) = slot {
        slot.get_or_init(origin);
    }
}

fn empty_output() -> InferenceError {
    InferenceError::new(ErrorKind::UnexpectedOutput, "the model's answer is empty")
}

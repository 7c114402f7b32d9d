//! The order in which a prediction is answered: a fresh cache entry, the models of the chain, a stale entry. A failure is
//! returned to the handler's `fallback`.

mod attempt;
mod batch;
mod batch_call;
mod cache_slot;
mod call;
mod chain;
mod freshness;
mod lease;
mod refresh;
mod resolved;
mod shared_call;
mod single;
pub(crate) mod stored;
mod stream;
mod validate;

use futures_util::FutureExt;
use tracing::Instrument;

use crate::{
    InferenceError, answer::Answered, call::Call, journal::Recorder, report::CacheReport,
    task::Task,
};

pub(crate) use batch::predict_each;
use resolved::ResolvedCall;
use single::{Lookup, Pending};
pub(crate) use stream::{OpenStream, open_stream};

/// A prediction that is answered, or waits for an external store or for a model.
pub(crate) enum Started<'a, T: Task> {
    Ready(Result<Answered<T::Output>, InferenceError>),
    Pending(PendingPrediction<'a, T>),
}

/// A prediction that waits for its answer.
pub(crate) struct PendingPrediction<'a, T: Task> {
    recorder: Recorder<'a>,
    pending: Pending<'a, T>,
}

/// Starts a prediction. In every case it is counted, its failure is logged, and it is added to the response's
/// report.
///
/// Hot path: a hit in memory allocates no future and spawns no task.
pub(crate) fn start<T: Task>(mut call: Call<'_, T>) -> Started<'_, T> {
    let recorder = Recorder::new(&mut call);
    match single::look_up(call) {
        Ok(Lookup::Hit(answered, left)) => {
            recorder.answered::<T>(&answered, CacheReport::Hit { left });
            Started::Ready(Ok(answered))
        }
        Ok(Lookup::Pending(pending)) => Started::Pending(PendingPrediction { recorder, pending }),
        Err(error) => Started::Ready(Err(recorder.failed(error, CacheReport::Off))),
    }
}

impl<'a, T: Task> PendingPrediction<'a, T> {
    /// Waits for the answer.
    ///
    /// Put together from combinators: an `async` block would have room for the whole future twice.
    pub(crate) fn answer(
        self,
    ) -> impl Future<Output = Result<Answered<T::Output>, InferenceError>> + Send + use<'a, T> {
        let Self { recorder, pending } = self;
        let span = recorder.span().clone();
        let answer = pending.answer().instrument(span);
        answer.map(|(answer, cache)| match answer {
            Ok(answered) => {
                recorder.answered::<T>(&answered, cache);
                Ok(answered)
            }
            Err(error) => Err(recorder.failed(error, cache)),
        })
    }
}

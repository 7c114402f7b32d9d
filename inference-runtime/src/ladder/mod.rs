//! The one order in which a prediction is answered: fresh entry, model, next model, an entry past its time. What fails
//! here is left to the handler's `fallback`.

mod ask;
mod chain;
mod each;
mod examine;
mod fetch;
mod lease;
mod one;
mod place;
mod question;
mod refresh;
mod stream;

use futures_util::FutureExt;
use tracing::Instrument;

use crate::{
    InferenceError, axum::CacheReport, call::Call, prediction::Answered, task::Task,
    telemetry::Story,
};

pub(crate) use each::climb_each;
pub(crate) use examine::{Examine, Refused};
use one::{Climb, First};
use question::Question;
pub(crate) use stream::{Opened, open};

/// What a call has come to without any waiting.
pub(crate) enum Begun<'a, T: Task> {
    /// Its end.
    Ended(Result<Answered<T::Output>, InferenceError>),
    /// A store that is not in memory, or a model, has to be asked.
    Open(Open<'a, T>),
}

/// A call that has to wait for its answer.
pub(crate) struct Open<'a, T: Task> {
    story: Story<'a>,
    climb: Climb<'a, T>,
}

/// Answers a call where that needs no waiting. Whichever way it ends, it is counted, its failure is written to the log
/// and its story to the response's headers.
///
/// No future and no task has a part in it: what most requests end with costs as little as it can.
pub(crate) fn begin<T: Task>(call: Call<'_, T>) -> Begun<'_, T> {
    let story = Story::of(&call);
    match one::first(call) {
        Ok(First::Hit(answered, left)) => {
            story.answered::<T>(&answered, CacheReport::Hit { left });
            Begun::Ended(Ok(answered))
        }
        Ok(First::Open(climb)) => Begun::Open(Open { story, climb }),
        Err(error) => Begun::Ended(Err(story.failed(error, CacheReport::Off))),
    }
}

impl<'a, T: Task> Open<'a, T> {
    /// Answers it.
    ///
    /// Put together, and not an `async` block: that would have room for all of it twice.
    pub(crate) fn end(
        self,
    ) -> impl Future<Output = Result<Answered<T::Output>, InferenceError>> + Send + use<'a, T> {
        let Self { story, climb } = self;
        let span = story.span().clone();
        let answer = climb.answer().instrument(span);
        answer.map(|(answer, cache)| match answer {
            Ok(answered) => {
                story.answered::<T>(&answered, cache);
                Ok(answered)
            }
            Err(error) => Err(story.failed(error, cache)),
        })
    }
}

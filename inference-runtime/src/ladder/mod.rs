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

use tracing::Instrument;

use crate::{
    InferenceError, axum::CacheReport, call::Call, prediction::Answered, task::Task,
    telemetry::Story,
};

pub(crate) use each::climb_each;
pub(crate) use examine::{Examine, Refused};
use question::Question;
pub(crate) use stream::{Opened, open};

/// Answers a call, counts it, writes its failure to the log and its story to the response's headers.
pub(crate) async fn climb<T: Task>(
    call: Call<'_, T>,
) -> Result<Answered<T::Output>, InferenceError> {
    let story = Story::of(&call);
    let mut cache = CacheReport::Off;
    let span = call.span.clone();
    match one::answer(call, &mut cache).instrument(span).await {
        Ok(answered) => {
            story.answered::<T>(&answered, cache);
            Ok(answered)
        }
        Err(error) => Err(story.failed(error, cache)),
    }
}

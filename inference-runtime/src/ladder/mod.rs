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

use tokio::time::Instant;

use crate::{
    Inference, InferenceError, Prediction,
    axum::{CacheReport, Outcome},
    call::Call,
    operation::Spec,
    prediction::Source,
    task::Task,
};

pub(crate) use each::climb_each;
pub(crate) use examine::{Examine, Refused};
use question::Question;
pub(crate) use stream::{Opened, open};

/// Answers a call, counts it, writes its failure to the log and its story to the response's headers.
pub(crate) async fn climb<T: Task>(
    call: Call<'_, T>,
) -> Result<Prediction<T::Output>, InferenceError> {
    let entry = Story::of(&call);
    let mut cache = CacheReport::Off;
    let result = one::answer(call, &mut cache).await;
    match result {
        Ok(prediction) => {
            entry.answered(prediction.source, cache, prediction.age);
            Ok(prediction)
        }
        Err(error) => Err(entry.failed(error, cache)),
    }
}

/// What is told of one prediction, whichever way it goes.
struct Story<'a> {
    inference: &'a Inference,
    spec: &'static Spec,
    started: Instant,
}

impl<'a> Story<'a> {
    fn of<T: Task>(call: &Call<'a, T>) -> Self {
        Self {
            inference: call.inference,
            spec: call.spec,
            started: call.started,
        }
    }

    fn answered(&self, source: Source, cache: CacheReport, age: Option<std::time::Duration>) {
        let outcome = Outcome::Answered(source);
        self.inference
            .record(self.spec, outcome, cache, age, self.started);
    }

    fn failed(&self, error: InferenceError, cache: CacheReport) -> InferenceError {
        let error = error.after(self.started.elapsed());
        error.log(self.spec.name());
        self.inference
            .record(self.spec, Outcome::Failed, cache, None, self.started);
        error
    }
}

use crate::{
    ErrorKind, InferenceError,
    task::{DecodeError, Task},
};

/// Holds an answer against more than its task asks, before it is kept or given to anybody.
pub(crate) struct Examine<T: Task> {
    /// The name of the type that must come out. It is part of the cache's key.
    pub(crate) form: &'static str,
    /// Looks at the answer to an input.
    pub(crate) judge: Judge<T>,
}

pub(crate) type Judge<T> = fn(&<T as Task>::Input, &<T as Task>::Output) -> Result<(), Refused<T>>;

impl<T: Task> Clone for Examine<T> {
    fn clone(&self) -> Self {
        Self {
            form: self.form,
            judge: self.judge,
        }
    }
}

/// An answer that will not do.
pub(crate) struct Refused<T: Task> {
    pub(crate) why: DecodeError,
    /// What the model said, for the log.
    pub(crate) said: String,
    /// The input that tells the model so.
    pub(crate) again: T::Input,
}

impl<T: Task> Refused<T> {
    /// The end, when the model has been told and has done no better.
    pub(super) fn into_error(self, form: &str, provider: Option<&str>) -> InferenceError {
        let message = format!(
            "the answer cannot be read as `{form}`, the second one neither; help: say in the prompt what each field holds, or take a model that keeps to schemas"
        );
        let error = InferenceError::new(ErrorKind::UnexpectedOutput, message)
            .with_upstream(&self.said)
            .with_source(self.why);
        match provider {
            Some(provider) => error.with_provider(provider),
            None => error,
        }
    }
}

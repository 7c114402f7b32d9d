use super::Task;
use crate::InferenceError;

/// A task that accepts `I` as its input.
///
/// Tasks on text accept any `AsRef<str>`, tasks on media any [`AsMedia`](super::AsMedia). To use your own type, implement
/// this trait for the task, or use `preprocess`.
#[diagnostic::on_unimplemented(
    message = "`{I}` cannot be the input of `{Self}`",
    label = "not an input of this task",
    note = "name the part that is the input, `input = review.text`, or convert it with `preprocess`"
)]
pub trait Accepts<I: ?Sized>: Task {
    /// Converts a borrowed value to the task's input.
    ///
    /// # Errors
    ///
    /// Returns an [`InvalidInput`](crate::ErrorKind::InvalidInput) error if the value is not a valid input.
    fn accept(input: &I) -> Result<Self::Input, InferenceError>;
}

/// An input of a task on text: any `AsRef<str>`.
///
/// A separate trait, so that compile errors mention text, rather than list the types that are `AsRef<str>` or the inputs
/// of other tasks.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the input of a task on text",
    label = "not text",
    note = "text is any `AsRef<str>`: name the part that is text, `input = review.text`, or convert it with `preprocess`"
)]
pub trait Text {
    /// Returns the text.
    fn text(&self) -> &str;
}

#[diagnostic::do_not_recommend]
impl<I: AsRef<str> + ?Sized> Text for I {
    fn text(&self) -> &str {
        self.as_ref()
    }
}

/// Implements [`Accepts`] for tasks on text: `Input = String`, from any `AsRef<str>`.
macro_rules! accept_text {
    ($($task:ident),+ $(,)?) => {$(
        impl<I: $crate::task::accepts::Text + ?Sized> $crate::task::Accepts<I> for $task {
            fn accept(input: &I) -> Result<String, $crate::InferenceError> {
                Ok(input.text().to_owned())
            }
        }
    )+};
}
pub(super) use accept_text;

/// Implements [`Accepts`] for tasks whose input is a struct, owned or borrowed.
macro_rules! accept_struct {
    ($($task:ident: $input:ty),+ $(,)?) => {$(
        impl $crate::task::Accepts<$input> for $task {
            fn accept(input: &$input) -> Result<$input, $crate::InferenceError> {
                Ok(input.clone())
            }
        }

        impl $crate::task::Accepts<&$input> for $task {
            fn accept(input: &&$input) -> Result<$input, $crate::InferenceError> {
                Ok((*input).clone())
            }
        }
    )+};
}
pub(super) use accept_struct;

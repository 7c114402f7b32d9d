use super::Task;
use crate::InferenceError;

/// A task that takes `I` as its input.
///
/// Tasks on text take anything that is `AsRef<str>`. A type of one's own joins by implementing it for the task,
/// or by `preprocess`.
#[diagnostic::on_unimplemented(
    message = "`{I}` cannot be the input of `{Self}`",
    label = "not an input of this task",
    note = "a task on text takes anything that is `AsRef<str>`; say which part is the text: `input = review.text`"
)]
pub trait Accepts<I: ?Sized>: Task {
    /// Makes the task's input of a borrowed value.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) where the value cannot be the input.
    fn accept(input: &I) -> Result<Self::Input, InferenceError>;
}

/// Tasks whose input is text: `Input = String`, and everything `AsRef<str>` will do.
macro_rules! accept_text {
    ($($task:ident),+ $(,)?) => {$(
        // Without this the compiler would speak of `AsRef<str>` and not of the task.
        #[diagnostic::do_not_recommend]
        impl<I: AsRef<str> + ?Sized> $crate::task::Accepts<I> for $task {
            fn accept(input: &I) -> Result<String, $crate::InferenceError> {
                Ok(input.as_ref().to_owned())
            }
        }
    )+};
}
pub(super) use accept_text;

/// Tasks whose input is a struct: the struct, owned or borrowed.
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

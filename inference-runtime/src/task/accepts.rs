use super::Task;
use crate::InferenceError;

/// A task that takes `I` as its input.
///
/// Tasks on text take anything that is `AsRef<str>`, tasks on media anything that is
/// [`AsMedia`](super::AsMedia). A type of one's own joins by implementing it for the task, or by `preprocess`.
#[diagnostic::on_unimplemented(
    message = "`{I}` cannot be the input of `{Self}`",
    label = "not an input of this task",
    note = "say which part of it is the input, `input = review.text`, or make the input of it with `preprocess`"
)]
pub trait Accepts<I: ?Sized>: Task {
    /// Makes the task's input of a borrowed value.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) where the value cannot be the input.
    fn accept(input: &I) -> Result<Self::Input, InferenceError>;
}

/// What can be the input of a task on text: whatever is `AsRef<str>`.
///
/// A trait of its own, so that the compiler speaks of text, and lists neither what else is `AsRef<str>` nor what
/// other tasks take.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the input of a task on text",
    label = "not text",
    note = "whatever is `AsRef<str>` is text: say which part is, `input = review.text`, or make text of it with `preprocess`"
)]
pub trait Text {
    /// The text.
    fn text(&self) -> &str;
}

#[diagnostic::do_not_recommend]
impl<I: AsRef<str> + ?Sized> Text for I {
    fn text(&self) -> &str {
        self.as_ref()
    }
}

/// Tasks whose input is text: `Input = String`, and everything `AsRef<str>` will do.
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

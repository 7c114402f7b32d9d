use std::fmt::{self, Write};

use crate::{
    Call, ErrorKind, InferenceError,
    hook::Rejected,
    task::{Chat, Message, Task},
};

/// Writes the text of a prompt. It is never read as a template again, whatever the values are.
///
/// # Errors
///
/// Where a value does not print.
pub fn prompt(text: fmt::Arguments<'_>) -> Result<String, Rejected> {
    let mut written = String::new();
    match written.write_fmt(text) {
        Ok(()) => Ok(written),
        Err(_) => Err(Rejected::from(InferenceError::new(
            ErrorKind::Internal,
            "a value of the prompt cannot be written as text",
        ))),
    }
}

impl<T: Task<Input = Chat>> Call<'_, T> {
    /// Puts a system message before the conversation.
    #[doc(hidden)]
    pub fn system(mut self, text: Result<String, Rejected>) -> Self {
        let text = text.map_err(Rejected::into_input_error);
        let begin = |input: Result<Chat, InferenceError>| {
            let mut chat = input?;
            chat.messages.insert(0, Message::system(text.clone()?));
            Ok(chat)
        };
        match self.items.take() {
            Some(items) => self.items = Some(items.into_iter().map(begin).collect()),
            None => self.input = begin(self.input),
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Unprintable;

    impl fmt::Display for Unprintable {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            Err(fmt::Error)
        }
    }

    #[test]
    fn values_are_no_templates() {
        let value = "{system} {0} {{";
        let written = prompt(format_args!("Say {value}.")).expect("text");
        assert_eq!(written, "Say {system} {0} {{.");
    }

    #[test]
    fn a_value_that_does_not_print_is_an_error() {
        let rejected = prompt(format_args!("{Unprintable}")).expect_err("no text");
        let error = rejected.into_input_error();
        assert_eq!(error.kind(), ErrorKind::Internal);
    }
}

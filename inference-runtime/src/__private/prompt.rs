use std::fmt::{self, Write};

use crate::{
    Call, ErrorKind, InferenceError,
    hook::HookError,
    task::{Chat, Message, Task},
};

/// Formats the text of a prompt. Values are not interpreted as templates.
///
/// # Errors
///
/// Returns an error if the `Display` of a value fails.
pub fn prompt(text: fmt::Arguments<'_>) -> Result<String, HookError> {
    let mut formatted = String::new();
    match formatted.write_fmt(text) {
        Ok(()) => Ok(formatted),
        Err(_) => Err(HookError::from(InferenceError::new(
            ErrorKind::Internal,
            "cannot format a value of the prompt",
        ))),
    }
}

impl<T: Task<Input = Chat>> Call<'_, T> {
    /// Inserts a system message before the conversation.
    #[doc(hidden)]
    pub fn system(mut self, text: Result<String, HookError>) -> Self {
        let text = text.map_err(HookError::into_input_error);
        let with_system = |input: Result<Chat, InferenceError>| {
            let mut chat = input?;
            chat.messages.insert(0, Message::system(text.clone()?));
            Ok(chat)
        };
        match self.items.take() {
            Some(items) => self.items = Some(items.into_iter().map(with_system).collect()),
            None => self.input = with_system(self.input),
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
    fn values_are_not_interpreted_as_templates() {
        let value = "{system} {0} {{";
        let text = prompt(format_args!("Say {value}.")).expect("text");
        assert_eq!(text, "Say {system} {0} {{.");
    }

    #[test]
    fn value_whose_display_fails_is_an_error() {
        let error = prompt(format_args!("{Unprintable}")).expect_err("`Display` fails");
        let error = error.into_input_error();
        assert_eq!(error.kind(), ErrorKind::Internal);
    }
}

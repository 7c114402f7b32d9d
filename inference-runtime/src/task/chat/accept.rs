//! Inputs of chats. Since `Accepts` is implemented for lists as well, coherence rules out an implementation for any
//! `AsRef<str>`, so the types of text are listed.

use std::{borrow::Cow, rc::Rc, sync::Arc};

use super::{Chat, ChatCompletion, Message};
use crate::{InferenceError, task::Accepts};

macro_rules! accept {
    ($($type:ty => $messages:expr),+ $(,)?) => {$(
        impl Accepts<$type> for ChatCompletion {
            fn accept(input: &$type) -> Result<Chat, InferenceError> {
                let messages: fn(&$type) -> Vec<Message> = $messages;
                Ok(Chat { messages: messages(input) })
            }
        }
    )+};
}

accept! {
    str => |text| vec![Message::user(text)],
    String => |text| vec![Message::user(text)],
    Box<str> => |text| vec![Message::user(&**text)],
    Rc<str> => |text| vec![Message::user(&**text)],
    Arc<str> => |text| vec![Message::user(&**text)],
    Cow<'_, str> => |text| vec![Message::user(&**text)],
    Message => |message| vec![message.clone()],
    [Message] => |messages| messages.to_vec(),
    Vec<Message> => Vec::clone,
    Chat => |chat| chat.messages.clone(),
}

impl<const N: usize> Accepts<[Message; N]> for ChatCompletion {
    fn accept(input: &[Message; N]) -> Result<Chat, InferenceError> {
        Self::accept(input.as_slice())
    }
}

impl<I: ?Sized> Accepts<&I> for ChatCompletion
where
    Self: Accepts<I>,
{
    fn accept(input: &&I) -> Result<Chat, InferenceError> {
        <Self as Accepts<I>>::accept(input)
    }
}

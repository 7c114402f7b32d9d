use serde::{Deserialize, Serialize};

use super::{Chat, ChatCompletion, ChatCompletionParameters, ChatReply, Content, Message, Part};
use crate::{
    InferenceError,
    task::{
        Accepts, DecodeError, MediaInput, Payload, RawResponse, Task, media::Class, wire::invalid,
    },
};

/// `image-text-to-text`: an image and a text about it → text. Sent as a [`chat-completion`](ChatCompletion), to a model
/// that accepts images.
#[derive(Clone, Copy, Debug)]
pub struct ImageTextToText;

/// An image and a question or an instruction about it.
///
/// The URL of an image is passed on: the service fetches it, this process does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageText {
    /// The image.
    pub image: MediaInput,
    /// The text.
    pub text: String,
}

impl ImageText {
    /// Creates an input of an image and a text about it.
    #[must_use]
    pub fn new(image: impl Into<MediaInput>, text: impl Into<String>) -> Self {
        Self {
            image: image.into(),
            text: text.into(),
        }
    }
}

impl Task for ImageTextToText {
    const NAME: &'static str = inference_spec::tasks::IMAGE_TEXT_TO_TEXT;
    const WIRE_NAME: &'static str = ChatCompletion::NAME;
    const PARAMETERS_AT_ROOT: bool = ChatCompletion::PARAMETERS_AT_ROOT;
    type Input = Chat;
    type Parameters = ChatCompletionParameters;
    type Output = ChatReply;

    fn check(input: &Chat, parameters: &Self::Parameters) -> Result<(), InferenceError> {
        ChatCompletion::check(input, parameters)
    }

    fn encode(input: &Chat) -> Result<Payload, InferenceError> {
        ChatCompletion::encode(input)
    }

    fn decode(
        answer: &RawResponse<'_>,
        input: &Chat,
        parameters: &Self::Parameters,
    ) -> Result<ChatReply, DecodeError> {
        ChatCompletion::decode(answer, input, parameters)
    }

    fn finish_reason(output: &ChatReply) -> Option<&str> {
        output.finish_reason.as_deref()
    }

    fn size(input: &Chat) -> usize {
        ChatCompletion::size(input)
    }
}

impl<I: ?Sized> Accepts<I> for ImageTextToText
where
    ChatCompletion: Accepts<I>,
{
    fn accept(input: &I) -> Result<Chat, InferenceError> {
        <ChatCompletion as Accepts<I>>::accept(input)
    }
}

impl Accepts<ImageText> for ChatCompletion {
    fn accept(input: &ImageText) -> Result<Chat, InferenceError> {
        if input.text.trim().is_empty() {
            return Err(invalid(
                "the text is empty; help: add a question or an instruction about the image",
            ));
        }
        let image = match &input.image {
            MediaInput::Url(url) => Part::image_url(url),
            media => Part::image(&media.media(Class::Image)?),
        };
        let mut message = Message::user("");
        message.content = Some(Content::Parts(vec![image, Part::text(&input.text)]));
        Ok(Chat::new([message]))
    }
}

#[cfg(test)]
mod tests {
    use super::{ImageText, ImageTextToText};
    use crate::task::{
        Accepts, Chat, ChatCompletion, Message, Task,
        media::samples::{PNG, WAV, base64, input},
        testing::inputs,
    };

    #[test]
    fn image_and_text_become_a_message_of_two_parts() {
        let input = ImageText::new(input(PNG), "What is it?");
        let chat = <ImageTextToText as Accepts<_>>::accept(&input).expect("a chat");
        assert_eq!(
            inputs::<ImageTextToText>(&chat),
            format!(
                r#"[{{"role":"user","content":[{{"type":"image_url","image_url":{{"url":"data:image/png;base64,{}"}}}},{{"type":"text","text":"What is it?"}}]}}]"#,
                base64(PNG)
            )
        );
        assert_eq!(
            ImageTextToText::size(&chat),
            PNG.len() + "What is it?".len()
        );
        assert_eq!(ImageTextToText::WIRE_NAME, ChatCompletion::NAME);
    }

    #[test]
    fn image_url_is_passed_on() {
        let input: ImageText = serde_json::from_value(serde_json::json!({
            "image": "https://images.example.org/cat.png",
            "text": "What is it?",
        }))
        .expect("an input");
        let chat = <ImageTextToText as Accepts<_>>::accept(&input).expect("a chat");
        let wire = inputs::<ImageTextToText>(&chat);
        assert!(
            wire.contains(r#"{"url":"https://images.example.org/cat.png"}"#),
            "{wire}"
        );
    }

    #[test]
    fn conversations_are_accepted_and_other_media_rejected() {
        let messages = vec![Message::user("Go on.")];
        let chat = <ImageTextToText as Accepts<_>>::accept(&messages).expect("a chat");
        assert_eq!(chat, Chat { messages });
        for (input, message) in [
            (
                ImageText::new(input(WAV), "What is it?"),
                "the input is `audio/x-wav`; help: send an image",
            ),
            (
                ImageText::new(input(PNG), " "),
                "the text is empty; help: add a question or an instruction about the image",
            ),
        ] {
            let error = <ImageTextToText as Accepts<_>>::accept(&input).expect_err(message);
            assert_eq!(error.to_string(), message);
        }
    }
}

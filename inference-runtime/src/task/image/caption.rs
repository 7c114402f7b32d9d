use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::task::{
    DecodeError, MediaInput, RawResponse, Task,
    media::{accept_media, media_input},
    read::{Mismatch, field, some_answers, text},
};

/// `image-to-text`: an image → what it shows, or what is written on it.
///
/// Wire: [specification](https://huggingface.co/tasks/image-to-text).
#[derive(Clone, Copy, Debug)]
pub struct ImageToText;

/// The parameters of [`ImageToText`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ImageToTextParameters {
    /// How the text is generated: an object of the model's own parameters of generation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generation_parameters: Option<Value>,
    /// The longest text, in tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_new_tokens: Option<u32>,
}

impl Task for ImageToText {
    const NAME: &'static str = "image-to-text";
    type Parameters = ImageToTextParameters;
    type Output = String;

    media_input!(Image);

    fn decode(
        answer: &RawResponse<'_>,
        _: &MediaInput,
        _: &Self::Parameters,
    ) -> Result<String, DecodeError> {
        // The specification says an object, the service has always sent a list.
        let expected = "a text in an object or a list";
        let value = answer.json()?;
        let texts = some_answers(&value, expected, |value| {
            field(value, "generated_text", text)
        })?;
        let first = texts.into_iter().next();
        Ok(first.ok_or_else(|| Mismatch::expected(expected, &value))?)
    }
}

accept_media!(ImageToText);

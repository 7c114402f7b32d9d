use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::task::{
    DecodeError, MediaInput, RawResponse, Task,
    media::{accept_media, media_input},
    read::{Mismatch, field, non_empty_answers, text},
};

/// `image-to-text`: an image → its caption, or the text in it.
///
/// Wire: [specification](https://huggingface.co/tasks/image-to-text).
#[derive(Clone, Copy, Debug)]
pub struct ImageToText;

/// The parameters of [`ImageToText`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ImageToTextParameters {
    /// The model's generation parameters, as an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generation_parameters: Option<Value>,
    /// The maximum length of the text, in tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_new_tokens: Option<u32>,
}

impl Task for ImageToText {
    const NAME: &'static str = inference_spec::tasks::IMAGE_TO_TEXT;
    type Parameters = ImageToTextParameters;
    type Output = String;

    media_input!(Image);

    fn decode(
        answer: &RawResponse<'_>,
        _: &MediaInput,
        _: &Self::Parameters,
    ) -> Result<String, DecodeError> {
        // The specification has an object, but the service has always sent a list.
        let expected = "a text in an object or a list";
        let value = answer.json()?;
        let texts = non_empty_answers(&value, expected, |value| {
            field(value, "generated_text", text)
        })?;
        let first = texts.into_iter().next();
        Ok(first.ok_or_else(|| Mismatch::expected(expected, &value))?)
    }
}

accept_media!(ImageToText);

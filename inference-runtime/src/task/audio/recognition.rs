use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::task::{
    DecodeError, MediaInput, RawResponse, Task,
    media::{accept_media, media_input},
    read::{Mismatch, Read, each, field, number, optional, some_answers, text},
};

/// `automatic-speech-recognition`: a recording → what is said.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/automatic-speech-recognition).
#[derive(Clone, Copy, Debug)]
pub struct AutomaticSpeechRecognition;

/// The parameters of [`AutomaticSpeechRecognition`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct AutomaticSpeechRecognitionParameters {
    /// How the text is generated: an object of the model's own parameters of generation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generation_parameters: Option<Value>,
    /// Whether to say when what was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_timestamps: Option<bool>,
}

/// What is said in a recording.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Transcript {
    /// The words.
    pub text: String,
    /// The words in pieces, each with its time, where the service says so (`return_timestamps`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chunks: Vec<TranscriptChunk>,
}

/// A piece of what is said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TranscriptChunk {
    /// The words.
    pub text: String,
    /// Start and end in seconds from the recording's start. The last piece of a recording that breaks off in the
    /// middle of a word has no end.
    pub timestamp: [Option<f64>; 2],
}

impl Transcript {
    fn read(value: &Value) -> Read<Self> {
        // Servers in OpenAI's manner call the pieces segments.
        let chunks = |name, read: fn(&Value) -> Read<TranscriptChunk>| {
            optional(value, name, |pieces| each(pieces, "a list of pieces", read))
        };
        let pieces = match chunks("chunks", TranscriptChunk::read)? {
            Some(pieces) => Some(pieces),
            None => chunks("segments", TranscriptChunk::read_segment)?,
        };
        Ok(Self {
            text: field(value, "text", text)?,
            chunks: pieces.unwrap_or_default(),
        })
    }
}

impl TranscriptChunk {
    fn read(value: &Value) -> Read<Self> {
        let timestamp = field(value, "timestamp", |pair| {
            match each(pair, "start and end", time)?.as_slice() {
                [start, end] => Ok([*start, *end]),
                _ => Err(Mismatch::expected("start and end", pair)),
            }
        })?;
        Ok(Self {
            text: field(value, "text", text)?,
            timestamp,
        })
    }

    fn read_segment(value: &Value) -> Read<Self> {
        Ok(Self {
            text: field(value, "text", text)?,
            timestamp: [
                optional(value, "start", number)?,
                optional(value, "end", number)?,
            ],
        })
    }
}

fn time(value: &Value) -> Read<Option<f64>> {
    match value {
        Value::Null => Ok(None),
        value => number(value).map(Some),
    }
}

impl Task for AutomaticSpeechRecognition {
    const NAME: &'static str = "automatic-speech-recognition";
    type Parameters = AutomaticSpeechRecognitionParameters;
    type Output = Transcript;

    media_input!(Audio);

    fn decode(
        answer: &RawResponse<'_>,
        _: &MediaInput,
        _: &Self::Parameters,
    ) -> Result<Transcript, DecodeError> {
        let expected = "a transcript";
        let value = answer.json()?;
        let first = some_answers(&value, expected, Transcript::read)?
            .into_iter()
            .next();
        Ok(first.ok_or_else(|| Mismatch::expected(expected, &value))?)
    }
}

accept_media!(AutomaticSpeechRecognition);

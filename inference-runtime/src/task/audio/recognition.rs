use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::task::{
    DecodeError, MediaInput, RawResponse, Task,
    media::{accept_media, media_input},
    read::{Mismatch, ReadResult, each, field, non_empty_answers, number, optional, text},
};

/// `automatic-speech-recognition`: a recording → its transcript.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/automatic-speech-recognition).
#[derive(Clone, Copy, Debug)]
pub struct AutomaticSpeechRecognition;

/// The parameters of [`AutomaticSpeechRecognition`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct AutomaticSpeechRecognitionParameters {
    /// The model's generation parameters, as an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generation_parameters: Option<Value>,
    /// Whether to return the transcript in chunks with timestamps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_timestamps: Option<bool>,
}

/// The transcript of a recording.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Transcript {
    /// The text.
    pub text: String,
    /// The text in chunks with timestamps, if the service sends them (`return_timestamps`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chunks: Vec<TranscriptChunk>,
}

/// A chunk of a transcript.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TranscriptChunk {
    /// The text.
    pub text: String,
    /// Start and end in seconds from the recording's start. The last chunk has no end if the recording breaks off within a
    /// word.
    pub timestamp: [Option<f64>; 2],
}

impl Transcript {
    fn read(value: &Value) -> ReadResult<Self> {
        // OpenAI-compatible servers call the chunks segments.
        let read_chunks = |name, read: fn(&Value) -> ReadResult<TranscriptChunk>| {
            optional(value, name, |chunks| each(chunks, "a list of chunks", read))
        };
        let chunks = match read_chunks("chunks", TranscriptChunk::read)? {
            Some(chunks) => Some(chunks),
            None => read_chunks("segments", TranscriptChunk::read_segment)?,
        };
        Ok(Self {
            text: field(value, "text", text)?,
            chunks: chunks.unwrap_or_default(),
        })
    }
}

impl TranscriptChunk {
    fn read(value: &Value) -> ReadResult<Self> {
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

    fn read_segment(value: &Value) -> ReadResult<Self> {
        Ok(Self {
            text: field(value, "text", text)?,
            timestamp: [
                optional(value, "start", number)?,
                optional(value, "end", number)?,
            ],
        })
    }
}

fn time(value: &Value) -> ReadResult<Option<f64>> {
    match value {
        Value::Null => Ok(None),
        value => number(value).map(Some),
    }
}

impl Task for AutomaticSpeechRecognition {
    const NAME: &'static str = inference_spec::tasks::AUTOMATIC_SPEECH_RECOGNITION;
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
        let first = non_empty_answers(&value, expected, Transcript::read)?
            .into_iter()
            .next();
        Ok(first.ok_or_else(|| Mismatch::expected(expected, &value))?)
    }
}

accept_media!(AutomaticSpeechRecognition);

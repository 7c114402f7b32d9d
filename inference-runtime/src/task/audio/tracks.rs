use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::task::{
    DecodeError, Media, MediaInput, RawResponse, Task,
    generative::{embedded, raw},
    media::{Class, accept_media, media_input},
    read::{ReadResult, non_empty_answers, optional, text},
};

/// `audio-to-audio`: a recording → recordings: one without noise, or one for each voice.
///
/// Wire: [task](https://huggingface.co/tasks/audio-to-audio).
#[derive(Clone, Copy, Debug)]
pub struct AudioToAudio;

/// The parameters of [`AudioToAudio`]: it has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct AudioToAudioParameters {}

/// A recording derived from another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AudioTrack {
    /// The model's label for it (`label_1`); empty if the service sends none.
    #[serde(default)]
    pub label: String,
    /// The sound. In the response, its media type is the field `content-type`.
    pub blob: Media,
}

impl AudioTrack {
    /// Returns the first recording.
    pub(crate) fn first(tracks: &[Self]) -> Option<Media> {
        tracks.first().map(|track| track.blob.clone())
    }

    fn read(value: &Value) -> ReadResult<Self> {
        Ok(Self {
            label: optional(value, "label", text)?.unwrap_or_default(),
            blob: embedded(value, Class::Audio)?,
        })
    }
}

impl Task for AudioToAudio {
    const NAME: &'static str = inference_spec::tasks::AUDIO_TO_AUDIO;
    type Parameters = AudioToAudioParameters;
    type Output = Vec<AudioTrack>;

    media_input!(Audio);

    fn decode(
        answer: &RawResponse<'_>,
        _: &MediaInput,
        _: &Self::Parameters,
    ) -> Result<Vec<AudioTrack>, DecodeError> {
        if let Some(blob) = raw(answer, Class::Audio)? {
            let label = String::new();
            return Ok(vec![AudioTrack { label, blob }]);
        }
        Ok(non_empty_answers(
            &answer.json()?,
            "a list of recordings",
            AudioTrack::read,
        )?)
    }
}

accept_media!(AudioToAudio);

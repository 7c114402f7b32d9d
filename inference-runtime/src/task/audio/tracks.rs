use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::task::{
    DecodeError, Media, MediaInput, RawResponse, Task,
    generative::{embedded, raw},
    media::{Class, accept_media, media_input},
    read::{Read, optional, some_answers, text},
};

/// `audio-to-audio`: a recording → recordings: one without its noise, or one for each voice in it.
///
/// Wire: [task](https://huggingface.co/tasks/audio-to-audio).
#[derive(Clone, Copy, Debug)]
pub struct AudioToAudio;

/// The parameters of [`AudioToAudio`]: there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct AudioToAudioParameters {}

/// A recording that was made of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AudioTrack {
    /// What it holds, in the model's own words (`label_1`); empty where the service does not say.
    #[serde(default)]
    pub label: String,
    /// The sound. On the wire its media type is beside it, under `content-type`.
    pub blob: Media,
}

impl AudioTrack {
    /// The first of the recordings.
    pub(crate) fn first(tracks: &[Self]) -> Option<Media> {
        tracks.first().map(|track| track.blob.clone())
    }

    fn read(value: &Value) -> Read<Self> {
        Ok(Self {
            label: optional(value, "label", text)?.unwrap_or_default(),
            blob: embedded(value, Class::Audio)?,
        })
    }
}

impl Task for AudioToAudio {
    const NAME: &'static str = "audio-to-audio";
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
        Ok(some_answers(
            &answer.json()?,
            "a list of recordings",
            AudioTrack::read,
        )?)
    }
}

accept_media!(AudioToAudio);

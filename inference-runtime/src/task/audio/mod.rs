//! Tasks on audio.

mod classification;
mod recognition;
#[cfg(test)]
mod tests;
mod tracks;

pub use classification::{AudioClassification, AudioClassificationParameters};
pub use recognition::{
    AutomaticSpeechRecognition, AutomaticSpeechRecognitionParameters, Transcript, TranscriptChunk,
};
pub use tracks::{AudioToAudio, AudioToAudioParameters, AudioTrack};

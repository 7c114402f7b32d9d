//! Tasks that generate images, sounds and videos.

mod image;
mod read;
mod size;
mod speech;
#[cfg(test)]
mod tests;
mod video;

pub use image::{ImageToImage, ImageToImageParameters, TextToImage, TextToImageParameters};
pub(super) use read::{embedded, raw};
pub use size::TargetSize;
pub use speech::{TextToSpeech, TextToSpeechParameters};
pub use video::{ImageToVideo, ImageToVideoParameters, TextToVideo, TextToVideoParameters};

use super::{Payload, wire::invalid};
use crate::InferenceError;

/// Encodes a prompt, which must not be blank.
fn prompt(text: &str) -> Result<Payload, InferenceError> {
    if text.trim().is_empty() {
        return Err(invalid("the text is empty; help: describe the output"));
    }
    Payload::json(text)
}

//! The tasks that generate an image, a sound or a video.

use super::kinds::Kind;
use super::{Task, optional, task};

tags! {
    TEXT_TO_IMAGE = "text-to-image";
    IMAGE_TO_IMAGE = "image-to-image";
    TEXT_TO_VIDEO = "text-to-video";
    IMAGE_TO_VIDEO = "image-to-video";
    TEXT_TO_SPEECH = "text-to-speech";
    AUDIO_TO_AUDIO = "audio-to-audio";
}

pub(super) static GENERATED: &[Task] = &[
    task(
        TEXT_TO_IMAGE,
        "TextToImage",
        &["image-generation", "txt2img"],
        &[
            optional("guidance_scale", Kind::Number),
            optional("height", Kind::Integer),
            optional("negative_prompt", Kind::Text),
            optional("num_inference_steps", Kind::Integer),
            optional("scheduler", Kind::Text),
            optional("seed", Kind::Integer),
            optional("width", Kind::Integer),
        ],
    ),
    task(
        IMAGE_TO_IMAGE,
        "ImageToImage",
        &["img2img", "image-editing"],
        &[
            optional("guidance_scale", Kind::Number),
            optional("negative_prompt", Kind::Text),
            optional("num_inference_steps", Kind::Integer),
            optional("prompt", Kind::Text),
            optional("target_size", Kind::Size),
        ],
    ),
    task(
        TEXT_TO_VIDEO,
        "TextToVideo",
        &["video-generation"],
        &[
            optional("guidance_scale", Kind::Number),
            optional("negative_prompt", Kind::Texts),
            optional("num_frames", Kind::Integer),
            optional("num_inference_steps", Kind::Integer),
            optional("seed", Kind::Integer),
        ],
    ),
    task(
        IMAGE_TO_VIDEO,
        "ImageToVideo",
        &[],
        &[
            optional("guidance_scale", Kind::Number),
            optional("negative_prompt", Kind::Text),
            optional("num_frames", Kind::Integer),
            optional("num_inference_steps", Kind::Integer),
            optional("prompt", Kind::Text),
            optional("seed", Kind::Integer),
            optional("target_size", Kind::Size),
        ],
    ),
    task(
        TEXT_TO_SPEECH,
        "TextToSpeech",
        &["tts", "text-to-audio", "speech-synthesis"],
        &[
            optional("do_sample", Kind::Switch),
            optional("early_stopping", Kind::Json),
            optional("epsilon_cutoff", Kind::Number),
            optional("eta_cutoff", Kind::Number),
            optional("max_length", Kind::Integer),
            optional("max_new_tokens", Kind::Integer),
            optional("min_length", Kind::Integer),
            optional("min_new_tokens", Kind::Integer),
            optional("num_beam_groups", Kind::Integer),
            optional("num_beams", Kind::Integer),
            optional("penalty_alpha", Kind::Number),
            optional("temperature", Kind::Number),
            optional("top_k", Kind::Integer),
            optional("top_p", Kind::Number),
            optional("typical_p", Kind::Number),
            optional("use_cache", Kind::Switch),
        ],
    ),
    task(
        AUDIO_TO_AUDIO,
        "AudioToAudio",
        &["speech-enhancement", "source-separation"],
        &[],
    ),
];

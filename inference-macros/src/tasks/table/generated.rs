//! The tasks that make an image, a sound or a video.

use super::super::Task;
use super::super::kinds::Kind;
use super::{optional, task};

pub(super) static GENERATED: &[Task] = &[
    task(
        "text-to-image",
        "TextToImage",
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
        "image-to-image",
        "ImageToImage",
        &[
            optional("guidance_scale", Kind::Number),
            optional("negative_prompt", Kind::Text),
            optional("num_inference_steps", Kind::Integer),
            optional("prompt", Kind::Text),
            optional("target_size", Kind::Size),
        ],
    ),
    task(
        "text-to-video",
        "TextToVideo",
        &[
            optional("guidance_scale", Kind::Number),
            optional("negative_prompt", Kind::Texts),
            optional("num_frames", Kind::Integer),
            optional("num_inference_steps", Kind::Integer),
            optional("seed", Kind::Integer),
        ],
    ),
    task(
        "image-to-video",
        "ImageToVideo",
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
        "text-to-speech",
        "TextToSpeech",
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
    task("audio-to-audio", "AudioToAudio", &[]),
];

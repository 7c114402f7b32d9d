//! The tasks that tell something of an image, a sound or a video.

use super::super::Task;
use super::super::kinds::{FUNCTION_TO_APPLY, Kind, SEGMENTATION_SUBTASK};
use super::{optional, required, task};

pub(super) static MEDIA: &[Task] = &[
    task(
        "image-classification",
        "ImageClassification",
        &[
            optional("function_to_apply", Kind::Choice(&FUNCTION_TO_APPLY)),
            optional("top_k", Kind::Integer),
        ],
    ),
    task(
        "zero-shot-image-classification",
        "ZeroShotImageClassification",
        &[
            required("candidate_labels", Kind::Texts),
            optional("hypothesis_template", Kind::Text),
        ],
    ),
    task(
        "object-detection",
        "ObjectDetection",
        &[optional("threshold", Kind::Number)],
    ),
    task(
        "zero-shot-object-detection",
        "ZeroShotObjectDetection",
        &[required("candidate_labels", Kind::Texts)],
    ),
    task(
        "image-segmentation",
        "ImageSegmentation",
        &[
            optional("mask_threshold", Kind::Number),
            optional("overlap_mask_area_threshold", Kind::Number),
            optional("subtask", Kind::Choice(&SEGMENTATION_SUBTASK)),
            optional("threshold", Kind::Number),
        ],
    ),
    task("depth-estimation", "DepthEstimation", &[]),
    task(
        "image-to-text",
        "ImageToText",
        &[
            optional("generation_parameters", Kind::Json),
            optional("max_new_tokens", Kind::Integer),
        ],
    ),
    task(
        "document-question-answering",
        "DocumentQuestionAnswering",
        &[
            optional("doc_stride", Kind::Integer),
            optional("handle_impossible_answer", Kind::Switch),
            optional("lang", Kind::Text),
            optional("max_answer_len", Kind::Integer),
            optional("max_question_len", Kind::Integer),
            optional("max_seq_len", Kind::Integer),
            optional("top_k", Kind::Integer),
            optional("word_boxes", Kind::Json),
        ],
    ),
    task(
        "visual-question-answering",
        "VisualQuestionAnswering",
        &[optional("top_k", Kind::Integer)],
    ),
    task(
        "automatic-speech-recognition",
        "AutomaticSpeechRecognition",
        &[
            optional("generation_parameters", Kind::Json),
            optional("return_timestamps", Kind::Switch),
        ],
    ),
    task(
        "audio-classification",
        "AudioClassification",
        &[
            optional("function_to_apply", Kind::Choice(&FUNCTION_TO_APPLY)),
            optional("top_k", Kind::Integer),
        ],
    ),
    task(
        "video-classification",
        "VideoClassification",
        &[
            optional("frame_sampling_rate", Kind::Integer),
            optional("function_to_apply", Kind::Choice(&FUNCTION_TO_APPLY)),
            optional("num_frames", Kind::Integer),
            optional("top_k", Kind::Integer),
        ],
    ),
];

//! The tasks that analyse an image, a sound or a video.

use super::kinds::{FUNCTION_TO_APPLY, Kind, SEGMENTATION_SUBTASK};
use super::{Task, optional, required, task};

tags! {
    IMAGE_CLASSIFICATION = "image-classification";
    ZERO_SHOT_IMAGE_CLASSIFICATION = "zero-shot-image-classification";
    OBJECT_DETECTION = "object-detection";
    ZERO_SHOT_OBJECT_DETECTION = "zero-shot-object-detection";
    IMAGE_SEGMENTATION = "image-segmentation";
    DEPTH_ESTIMATION = "depth-estimation";
    IMAGE_TO_TEXT = "image-to-text";
    DOCUMENT_QUESTION_ANSWERING = "document-question-answering";
    VISUAL_QUESTION_ANSWERING = "visual-question-answering";
    AUTOMATIC_SPEECH_RECOGNITION = "automatic-speech-recognition";
    AUDIO_CLASSIFICATION = "audio-classification";
    VIDEO_CLASSIFICATION = "video-classification";
}

pub(super) static MEDIA: &[Task] = &[
    task(
        IMAGE_CLASSIFICATION,
        "ImageClassification",
        &["image-labelling", "image-tagging"],
        &[
            optional("function_to_apply", Kind::Choice(&FUNCTION_TO_APPLY)),
            optional("top_k", Kind::Integer),
        ],
    ),
    task(
        ZERO_SHOT_IMAGE_CLASSIFICATION,
        "ZeroShotImageClassification",
        &["clip"],
        &[
            required("candidate_labels", Kind::Texts),
            optional("hypothesis_template", Kind::Text),
        ],
    ),
    task(
        OBJECT_DETECTION,
        "ObjectDetection",
        &[],
        &[optional("threshold", Kind::Number)],
    ),
    task(
        ZERO_SHOT_OBJECT_DETECTION,
        "ZeroShotObjectDetection",
        &["zero-shot-object-classification"],
        &[required("candidate_labels", Kind::Texts)],
    ),
    task(
        IMAGE_SEGMENTATION,
        "ImageSegmentation",
        &[
            "segmentation",
            "semantic-segmentation",
            "instance-segmentation",
            "panoptic-segmentation",
        ],
        &[
            optional("mask_threshold", Kind::Number),
            optional("overlap_mask_area_threshold", Kind::Number),
            optional("subtask", Kind::Choice(&SEGMENTATION_SUBTASK)),
            optional("threshold", Kind::Number),
        ],
    ),
    task(
        DEPTH_ESTIMATION,
        "DepthEstimation",
        &["depth", "monocular-depth-estimation"],
        &[],
    ),
    task(
        IMAGE_TO_TEXT,
        "ImageToText",
        &["image-captioning", "captioning", "caption", "ocr"],
        &[
            optional("generation_parameters", Kind::Json),
            optional("max_new_tokens", Kind::Integer),
        ],
    ),
    task(
        DOCUMENT_QUESTION_ANSWERING,
        "DocumentQuestionAnswering",
        &["docvqa", "document-qa"],
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
        VISUAL_QUESTION_ANSWERING,
        "VisualQuestionAnswering",
        &["vqa", "image-question-answering"],
        &[optional("top_k", Kind::Integer)],
    ),
    task(
        AUTOMATIC_SPEECH_RECOGNITION,
        "AutomaticSpeechRecognition",
        &[
            "asr",
            "speech-to-text",
            "speech-recognition",
            "transcription",
        ],
        &[
            optional("generation_parameters", Kind::Json),
            optional("return_timestamps", Kind::Switch),
        ],
    ),
    task(
        AUDIO_CLASSIFICATION,
        "AudioClassification",
        &["sound-classification"],
        &[
            optional("function_to_apply", Kind::Choice(&FUNCTION_TO_APPLY)),
            optional("top_k", Kind::Integer),
        ],
    ),
    task(
        VIDEO_CLASSIFICATION,
        "VideoClassification",
        &["action-recognition"],
        &[
            optional("frame_sampling_rate", Kind::Integer),
            optional("function_to_apply", Kind::Choice(&FUNCTION_TO_APPLY)),
            optional("num_frames", Kind::Integer),
            optional("top_k", Kind::Integer),
        ],
    ),
];

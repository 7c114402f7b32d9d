//! The tasks on images, audio and videos.

use inference_runtime::task::{
    AudioClassification, AutomaticSpeechRecognition, DepthEstimation, DocumentQuestionAnswering,
    FunctionToApply, ImageClassification, ImageSegmentation, ImageToText, Media, MediaInput,
    MediaQuestion, ObjectDetection, SegmentationSubtask, VideoClassification,
    VisualQuestionAnswering, ZeroShotImageClassification, ZeroShotObjectDetection,
};
use serde_json::{Value, json};

use crate::case::{Case, case};

/// The first bytes of an image, enough to detect its type.
pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
pub(crate) const FLAC: &[u8] = b"fLaC\0\0\0\x22";
pub(crate) const MP4: &[u8] = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41";

pub(crate) async fn cases() -> Vec<Case> {
    let mut cases = classification().await;
    cases.extend(detection().await);
    cases.extend(image_and_speech_to_text().await);
    cases.extend(question_answering().await);
    cases
}

pub(crate) fn input(bytes: &'static [u8]) -> MediaInput {
    Media::sniffed(bytes).into()
}

pub(crate) fn base64(bytes: &'static [u8]) -> String {
    Media::sniffed(bytes).to_base64()
}

async fn classification() -> Vec<Case> {
    let labels = json!([{"label": "cat", "score": 0.9}, {"label": "dog", "score": 0.1}]);
    vec![
        case::<ImageClassification, _>(
            input(PNG),
            |all| {
                all.function_to_apply = Some(FunctionToApply::Sigmoid);
                all.top_k = Some(2);
            },
            labels.clone(),
        )
        .await,
        case::<ZeroShotImageClassification, _>(
            input(PNG),
            |all| {
                all.candidate_labels = vec!["cat".to_owned(), "dog".to_owned()];
                all.hypothesis_template = Some("A photo of a {}.".to_owned());
            },
            labels.clone(),
        )
        .await,
        case::<AudioClassification, _>(
            input(FLAC),
            |all| {
                all.function_to_apply = Some(FunctionToApply::Softmax);
                all.top_k = Some(2);
            },
            labels.clone(),
        )
        .await,
        case::<VideoClassification, _>(
            input(MP4),
            |all| {
                all.frame_sampling_rate = Some(4);
                all.function_to_apply = Some(FunctionToApply::None);
                all.num_frames = Some(8);
                all.top_k = Some(2);
            },
            labels,
        )
        .await,
    ]
}

async fn detection() -> Vec<Case> {
    let detections = json!([{
        "label": "cat",
        "score": 0.9,
        "box": {"xmin": 1, "ymin": 2, "xmax": 30, "ymax": 40},
    }]);
    vec![
        case::<ObjectDetection, _>(
            input(PNG),
            |all| all.threshold = Some(0.5),
            detections.clone(),
        )
        .await,
        case::<ZeroShotObjectDetection, _>(
            input(PNG),
            |all| all.candidate_labels = vec!["cat".to_owned()],
            detections,
        )
        .await,
        case::<ImageSegmentation, _>(
            input(PNG),
            |all| {
                all.mask_threshold = Some(0.5);
                all.overlap_mask_area_threshold = Some(0.8);
                all.subtask = Some(SegmentationSubtask::Panoptic);
                all.threshold = Some(0.9);
            },
            json!([{"label": "cat", "mask": base64(PNG), "score": 0.9}]),
        )
        .await,
        case::<DepthEstimation, _>(
            input(PNG),
            |_| {},
            json!({"predicted_depth": [[0.5, 1.5]], "depth": base64(PNG)}),
        )
        .await,
    ]
}

async fn image_and_speech_to_text() -> Vec<Case> {
    vec![
        case::<ImageToText, _>(
            input(PNG),
            |all| {
                all.generation_parameters = Some(generation());
                all.max_new_tokens = Some(20);
            },
            // The schema describes `generated_text` and requires `generatedText`.
            json!({"generated_text": "a cat", "generatedText": "a cat"}),
        )
        .await,
        case::<AutomaticSpeechRecognition, _>(
            input(FLAC),
            |all| {
                all.generation_parameters = Some(generation());
                all.return_timestamps = Some(true);
            },
            json!({"text": "hello", "chunks": [{"text": "hello", "timestamp": [0.0, 0.5]}]}),
        )
        .await,
    ]
}

/// The generation parameters that the schemas share.
fn generation() -> Value {
    json!({
        "temperature": 0.5,
        "top_k": 5,
        "top_p": 0.9,
        "typical_p": 0.9,
        "epsilon_cutoff": 0.0003,
        "eta_cutoff": 0.0003,
        "max_length": 40,
        "max_new_tokens": 20,
        "min_length": 1,
        "min_new_tokens": 1,
        "do_sample": true,
        "early_stopping": "never",
        "num_beams": 4,
        "num_beam_groups": 2,
        "penalty_alpha": 0.6,
        "use_cache": true,
    })
}

async fn question_answering() -> Vec<Case> {
    vec![
        case::<DocumentQuestionAnswering, _>(
            MediaQuestion::new(input(PNG), "How much?"),
            |all| {
                all.doc_stride = Some(64);
                all.handle_impossible_answer = Some(false);
                all.lang = Some("eng".to_owned());
                all.max_answer_len = Some(15);
                all.max_question_len = Some(64);
                all.max_seq_len = Some(384);
                all.top_k = Some(1);
                all.word_boxes = Some(json!([["$5", [10, 10, 60, 30]]]));
            },
            json!([{"answer": "$5", "score": 0.9, "start": 0, "end": 1}]),
        )
        .await,
        case::<VisualQuestionAnswering, _>(
            MediaQuestion::new(input(PNG), "What is it?"),
            |all| all.top_k = Some(1),
            json!([{"answer": "a cat", "score": 0.9}]),
        )
        .await,
    ]
}

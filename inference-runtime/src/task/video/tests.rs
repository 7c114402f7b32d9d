use super::{VideoClassification, VideoClassificationParameters};
use crate::task::{
    Label, Payload, Task,
    media::samples::{MP4, WAV, input},
    testing::{assert_decodes, assert_input_rejected, wire},
};

#[test]
fn video_classification_is_encoded_and_decoded() {
    assert_decodes::<VideoClassification>(
        &input(MP4),
        &[(
            "a list",
            r#"[{"label":"juggling","score":0.2},{"label":"archery","score":0.8}]"#,
            vec![Label::new("archery", 0.8), Label::new("juggling", 0.2)],
        )],
    );
    let payload = VideoClassification::encode(&input(MP4)).expect("a payload");
    assert!(matches!(payload, Payload::Media(media) if media.media_type == "video/mp4"));
    assert_input_rejected::<VideoClassification>(
        &input(WAV),
        "the input is `audio/x-wav`; help: send a video",
    );
    let parameters = VideoClassificationParameters {
        frame_sampling_rate: Some(4),
        num_frames: Some(16),
        top_k: Some(1),
        ..VideoClassificationParameters::default()
    };
    assert_eq!(
        wire(&parameters),
        r#"{"frame_sampling_rate":4,"num_frames":16,"top_k":1}"#
    );
}

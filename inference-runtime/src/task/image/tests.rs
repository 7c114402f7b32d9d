use serde_json::json;

use super::*;
use crate::task::{
    FunctionToApply, Label, Media, Payload, RawResponse, SegmentationSubtask, Task,
    media::samples::{JPEG, PNG, WAV, base64, input},
    testing::{
        assert_decodes, assert_input_rejected, assert_parameters_rejected, assert_rejected, wire,
    },
};

#[test]
fn image_is_sent_as_bytes_and_others_rejected() {
    let Payload::Media(media) = ObjectDetection::encode(&input(JPEG)).expect("a payload") else {
        panic!("an image is not JSON");
    };
    assert_eq!((&*media.bytes, &*media.media_type), (JPEG, "image/jpeg"));
    assert_eq!(ObjectDetection::size(&input(JPEG)), JPEG.len());
    assert_input_rejected::<ImageClassification>(
        &input(WAV),
        "the input is `audio/x-wav`; help: send an image",
    );
    assert_input_rejected::<ImageToText>(
        &super::super::MediaInput::Url("https://images.example.org".to_owned()),
        "the input is a URL, and fetching URLs is not enabled; help: send the bytes, base64 or a data URL, or add the host to `media.allow_hosts`",
    );
}

#[test]
fn labels_are_decoded_in_every_form() {
    let cats = vec![Label::new("tabby", 0.9), Label::new("tiger", 0.1)];
    let body = r#"[{"label":"tiger","score":0.1},{"label":"tabby","score":0.9}]"#;
    assert_decodes::<ImageClassification>(
        &input(PNG),
        &[
            ("a list, in any order", body, cats.clone()),
            ("a list in a list", &format!("[{body}]"), cats.clone()),
        ],
    );
    assert_decodes::<ZeroShotImageClassification>(&input(PNG), &[("a list", body, cats)]);
    assert_rejected::<ImageClassification>(
        &input(PNG),
        &[
            ("[]", "expected a list of labels, found an empty list"),
            (
                r#"[{"label":"tabby","score":null}]"#,
                "expected a finite number at `[0].score`, found null",
            ),
        ],
    );
}

#[test]
fn detections_are_decoded_in_every_form() {
    let cat = Detection {
        label: "cat".to_owned(),
        score: 0.9,
        r#box: BoundingBox {
            xmin: -1,
            ymin: 2,
            xmax: 300,
            ymax: 400,
        },
    };
    assert_decodes::<ObjectDetection>(
        &input(PNG),
        &[
            (
                "as specified",
                r#"[{"label":"cat","score":0.9,"box":{"xmin":-1,"ymin":2,"xmax":300,"ymax":400}}]"#,
                vec![cat.clone()],
            ),
            (
                "fractions of a pixel",
                r#"[{"label":"cat","score":0.9,"box":{"xmin":-1.2,"ymin":1.5,"xmax":300.0,"ymax":399.9}}]"#,
                vec![cat],
            ),
            ("no objects", "[]", vec![]),
        ],
    );
    assert_decodes::<ZeroShotObjectDetection>(&input(PNG), &[("no objects", "[]", vec![])]);
    assert_rejected::<ObjectDetection>(
        &input(PNG),
        &[
            (
                r#"[{"label":"cat","score":0.9}]"#,
                "expected the field `box`, found an object of `label`, `score`, at `[0]`",
            ),
            (
                r#"[{"label":"cat","score":0.9,"box":{"xmin":1e300,"ymin":0,"xmax":1,"ymax":1}}]"#,
                "a position out of range, at `[0].box.xmin`",
            ),
        ],
    );
}

#[test]
fn segments_are_decoded_in_every_form() {
    let mask = Media::sniffed(PNG);
    let segment = |score| Segment {
        label: "sky".to_owned(),
        score,
        mask: mask.clone(),
    };
    let body = |segment: serde_json::Value| json!([segment]).to_string();
    let data_url = mask.to_data_url();
    assert_decodes::<ImageSegmentation>(
        &input(PNG),
        &[
            (
                "as specified",
                &body(json!({"label": "sky", "score": 0.9, "mask": base64(PNG)})),
                vec![segment(Some(0.9))],
            ),
            (
                "no score",
                &body(json!({"label": "sky", "mask": base64(PNG)})),
                vec![segment(None)],
            ),
            (
                "a data URL, and null for a score",
                &body(json!({"label": "sky", "score": null, "mask": data_url})),
                vec![segment(None)],
            ),
            ("no segments", "[]", vec![]),
        ],
    );
    assert_rejected::<ImageSegmentation>(
        &input(PNG),
        &[
            (
                r#"[{"label":"sky","mask":"???"}]"#,
                "expected media, found a text that is not base64; help: send base64 or a data URL, at `[0].mask`",
            ),
            (
                r#"[{"label":"sky","mask":null}]"#,
                "expected an image at `[0].mask`, found null",
            ),
        ],
    );
}

#[test]
fn depth_is_decoded_in_every_form() {
    let depth = Media::sniffed(PNG);
    let with = |predicted_depth| Depth {
        depth: depth.clone(),
        predicted_depth,
    };
    let rows = Some(vec![vec![1.0, 2.0], vec![3.0, 4.5]]);
    let body = |predicted: serde_json::Value| {
        json!({"predicted_depth": predicted, "depth": base64(PNG)}).to_string()
    };
    assert_decodes::<DepthEstimation>(
        &input(PNG),
        &[
            ("rows", &body(json!([[1, 2], [3, 4.5]])), with(rows.clone())),
            (
                "rows of a batch",
                &body(json!([[[1, 2], [3, 4.5]]])),
                with(rows),
            ),
            ("none", &body(json!(null)), with(None)),
            ("in a list", &format!("[{}]", body(json!(null))), with(None)),
        ],
    );
    let raw = RawResponse {
        body: PNG,
        media_type: Some("image/png"),
    };
    let read = DepthEstimation::decode(&raw, &input(PNG), &DepthEstimationParameters::default());
    assert_eq!(read.expect("the image alone"), with(None));
    assert_rejected::<DepthEstimation>(
        &input(PNG),
        &[(
            r#"{"depth":"iVBORw0KGgo","predicted_depth":[[null]]}"#,
            "expected a finite number at `predicted_depth[0][0]`, found null",
        )],
    );
}

#[test]
fn captions_are_decoded_in_every_form() {
    assert_decodes::<ImageToText>(
        &input(PNG),
        &[
            (
                "as recorded, a list",
                r#"[{"generated_text":"a cat"}]"#,
                "a cat".to_owned(),
            ),
            (
                "as specified, an object",
                r#"{"generated_text":"a cat"}"#,
                "a cat".to_owned(),
            ),
        ],
    );
    assert_rejected::<ImageToText>(
        &input(PNG),
        &[(
            "[{}]",
            "expected the field `generated_text`, found an empty object, at `[0]`",
        )],
    );
}

#[test]
fn parameters_are_encoded() {
    assert_eq!(wire(&ImageClassificationParameters::default()), "{}");
    let parameters = ImageClassificationParameters {
        function_to_apply: Some(FunctionToApply::Sigmoid),
        top_k: Some(3),
    };
    assert_eq!(
        wire(&parameters),
        r#"{"function_to_apply":"sigmoid","top_k":3}"#
    );
    let parameters = ImageSegmentationParameters {
        mask_threshold: Some(0.5),
        subtask: Some(SegmentationSubtask::Panoptic),
        ..ImageSegmentationParameters::default()
    };
    assert_eq!(
        wire(&parameters),
        r#"{"mask_threshold":0.5,"subtask":"panoptic"}"#
    );
    let parameters = ImageToTextParameters {
        generation_parameters: Some(json!({"num_beams": 2})),
        max_new_tokens: Some(20),
    };
    assert_eq!(
        wire(&parameters),
        r#"{"generation_parameters":{"num_beams":2},"max_new_tokens":20}"#
    );
}

#[test]
fn invalid_candidates_are_rejected() {
    let candidates =
        |labels: &[&str], template: Option<&str>| ZeroShotImageClassificationParameters {
            candidate_labels: labels.iter().map(|&label| label.to_owned()).collect(),
            hypothesis_template: template.map(str::to_owned),
        };
    for (parameters, message) in [
        (
            candidates(&[], None),
            "`candidate_labels` is empty; help: name at least one class",
        ),
        (
            candidates(&["cat"], None),
            "`candidate_labels` has too few classes; help: name at least 2 classes",
        ),
        (
            candidates(&["cat", " "], None),
            "one of `candidate_labels` is blank; help: every class needs a name",
        ),
        (
            candidates(&["cat", "dog"], Some("a photo")),
            "`hypothesis_template` has no placeholder for the class; help: write `{}` in its place",
        ),
    ] {
        assert_parameters_rejected::<ZeroShotImageClassification>(
            &input(PNG),
            &parameters,
            message,
        );
    }
    assert_parameters_rejected::<ZeroShotObjectDetection>(
        &input(PNG),
        &ZeroShotObjectDetectionParameters::default(),
        "`candidate_labels` is empty; help: name at least one class",
    );
}

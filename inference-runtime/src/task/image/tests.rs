use serde_json::json;

use super::*;
use crate::task::{
    FunctionToApply, Label, Media, Payload, RawResponse, SegmentationSubtask, Task,
    media::samples::{JPEG, PNG, WAV, base64, input},
    testing::{decodes, refuses, refuses_input, refuses_parameters, wire},
};

#[test]
fn sends_an_image_as_it_is() {
    let Payload::Media(media) = ObjectDetection::encode(&input(JPEG)).expect("a payload") else {
        panic!("an image is no JSON");
    };
    assert_eq!((&*media.bytes, &*media.media_type), (JPEG, "image/jpeg"));
    assert_eq!(ObjectDetection::size(&input(JPEG)), JPEG.len());
    refuses_input::<ImageClassification>(
        &input(WAV),
        "the input is `audio/x-wav`; help: send an image",
    );
    refuses_input::<ImageToText>(
        &super::super::MediaInput::Address("https://images.example.org".to_owned()),
        "the input is an address, and no address is fetched; help: send the bytes, base64 or a data URL, or name the host in `media.allow_hosts`",
    );
}

#[test]
fn reads_labels() {
    let cats = vec![Label::new("tabby", 0.9), Label::new("tiger", 0.1)];
    let body = r#"[{"label":"tiger","score":0.1},{"label":"tabby","score":0.9}]"#;
    decodes::<ImageClassification>(
        &input(PNG),
        &[
            ("a list, in any order", body, cats.clone()),
            ("a list in a list", &format!("[{body}]"), cats.clone()),
        ],
    );
    decodes::<ZeroShotImageClassification>(&input(PNG), &[("a list", body, cats)]);
    refuses::<ImageClassification>(
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
fn reads_detections() {
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
    decodes::<ObjectDetection>(
        &input(PNG),
        &[
            (
                "as specified",
                r#"[{"label":"cat","score":0.9,"box":{"xmin":-1,"ymin":2,"xmax":300,"ymax":400}}]"#,
                vec![cat.clone()],
            ),
            (
                "parts of a pixel",
                r#"[{"label":"cat","score":0.9,"box":{"xmin":-1.2,"ymin":1.5,"xmax":300.0,"ymax":399.9}}]"#,
                vec![cat],
            ),
            ("nothing on it", "[]", vec![]),
        ],
    );
    decodes::<ZeroShotObjectDetection>(&input(PNG), &[("nothing on it", "[]", vec![])]);
    refuses::<ObjectDetection>(
        &input(PNG),
        &[
            (
                r#"[{"label":"cat","score":0.9}]"#,
                "expected the field `box`, found an object of `label`, `score`, at `[0]`",
            ),
            (
                r#"[{"label":"cat","score":0.9,"box":{"xmin":1e300,"ymin":0,"xmax":1,"ymax":1}}]"#,
                "a position too far away for pixels, at `[0].box.xmin`",
            ),
        ],
    );
}

#[test]
fn reads_segments() {
    let mask = Media::sniffed(PNG);
    let segment = |score| Segment {
        label: "sky".to_owned(),
        score,
        mask: mask.clone(),
    };
    let of = |segment: serde_json::Value| json!([segment]).to_string();
    let data_url = mask.to_data_url();
    decodes::<ImageSegmentation>(
        &input(PNG),
        &[
            (
                "as specified",
                &of(json!({"label": "sky", "score": 0.9, "mask": base64(PNG)})),
                vec![segment(Some(0.9))],
            ),
            (
                "no score",
                &of(json!({"label": "sky", "mask": base64(PNG)})),
                vec![segment(None)],
            ),
            (
                "a data URL, and null for a score",
                &of(json!({"label": "sky", "score": null, "mask": data_url})),
                vec![segment(None)],
            ),
            ("nothing told apart", "[]", vec![]),
        ],
    );
    refuses::<ImageSegmentation>(
        &input(PNG),
        &[
            (
                r#"[{"label":"sky","mask":"???"}]"#,
                "a text that is not base64; help: send base64 or a data URL, at `[0].mask`",
            ),
            (
                r#"[{"label":"sky","mask":null}]"#,
                "expected an image at `[0].mask`, found null",
            ),
        ],
    );
}

#[test]
fn reads_depth() {
    let depth = Media::sniffed(PNG);
    let with = |predicted_depth| Depth {
        depth: depth.clone(),
        predicted_depth,
    };
    let rows = Some(vec![vec![1.0, 2.0], vec![3.0, 4.5]]);
    let of = |predicted: serde_json::Value| {
        json!({"predicted_depth": predicted, "depth": base64(PNG)}).to_string()
    };
    decodes::<DepthEstimation>(
        &input(PNG),
        &[
            ("rows", &of(json!([[1, 2], [3, 4.5]])), with(rows.clone())),
            (
                "rows of a batch",
                &of(json!([[[1, 2], [3, 4.5]]])),
                with(rows),
            ),
            ("none", &of(json!(null)), with(None)),
            ("in a list", &format!("[{}]", of(json!(null))), with(None)),
        ],
    );
    let raw = RawResponse {
        body: PNG,
        media_type: Some("image/png"),
    };
    let read = DepthEstimation::decode(&raw, &input(PNG), &DepthEstimationParameters::default());
    assert_eq!(read.expect("the image alone"), with(None));
    refuses::<DepthEstimation>(
        &input(PNG),
        &[(
            r#"{"depth":"iVBORw0KGgo","predicted_depth":[[null]]}"#,
            "expected a finite number at `predicted_depth[0][0]`, found null",
        )],
    );
}

#[test]
fn reads_captions() {
    decodes::<ImageToText>(
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
    refuses::<ImageToText>(
        &input(PNG),
        &[(
            "[{}]",
            "expected the field `generated_text`, found an empty object, at `[0]`",
        )],
    );
}

#[test]
fn writes_parameters() {
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
fn refuses_choices_between_nothing() {
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
            "`candidate_labels` leaves no choice; help: name at least 2 classes",
        ),
        (
            candidates(&["cat", " "], None),
            "one of `candidate_labels` is blank; help: every class needs a name",
        ),
        (
            candidates(&["cat", "dog"], Some("a photo")),
            "`hypothesis_template` has no place for the class; help: put `{}` where it goes",
        ),
    ] {
        refuses_parameters::<ZeroShotImageClassification>(&input(PNG), &parameters, message);
    }
    refuses_parameters::<ZeroShotObjectDetection>(
        &input(PNG),
        &ZeroShotObjectDetectionParameters::default(),
        "`candidate_labels` is empty; help: name at least one class",
    );
}

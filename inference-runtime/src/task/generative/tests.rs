use serde_json::json;

use super::*;
use crate::task::{
    DecodeError, IntoParameter, Media, RawResponse, Task,
    media::samples::{FLAC, JPEG, MP4, PDF, PNG, WAV, base64, input},
    testing::{assert_input_rejected, inputs, wire},
};

fn image(body: &[u8], media_type: Option<&str>) -> Result<Media, DecodeError> {
    let answer = RawResponse { body, media_type };
    TextToImage::decode(
        &answer,
        &"a cat".to_owned(),
        &TextToImageParameters::default(),
    )
}

#[test]
fn body_is_decoded_by_its_detected_or_declared_type() {
    for (body, media_type, expected) in [
        (JPEG, Some("image/jpeg"), "image/jpeg"),
        (PNG, Some("image/jpeg"), "image/png"),
        (PNG, Some("application/octet-stream"), "image/png"),
        (PNG, Some("application/json"), "image/png"),
        (PNG, None, "image/png"),
        (
            b"odd".as_slice(),
            Some("image/x-odd; q=1"),
            "image/x-odd; q=1",
        ),
        (b"odd", None, "application/octet-stream"),
    ] {
        let media = image(body, media_type).expect(expected);
        assert_eq!((&*media.bytes, &*media.media_type), (body, expected));
    }
    for (body, media_type, message, malformed) in [
        (
            b"".as_slice(),
            Some("image/png"),
            "expected an image, found an empty body",
            true,
        ),
        (
            b"no",
            Some("text/plain"),
            "expected an image, found `text/plain`",
            false,
        ),
        (
            WAV,
            Some("audio/wav"),
            "expected an image, found `audio/x-wav`",
            false,
        ),
        (
            PDF,
            None,
            "expected an image, found `application/pdf`",
            false,
        ),
        (
            b"{",
            Some("application/json"),
            "the JSON is truncated after 1 bytes",
            true,
        ),
    ] {
        let error = image(body, media_type).expect_err(message);
        assert_eq!(
            (error.to_string().as_str(), error.malformed),
            (message, malformed)
        );
    }
}

#[test]
fn media_are_decoded_in_every_form_of_json() {
    let base64 = base64(PNG);
    let data_url = Media::sniffed(PNG).to_data_url();
    for body in [
        json!({"created": 1, "data": [{"b64_json": base64, "revised_prompt": "a cat"}]}),
        json!({"data": [{"b64_json": null, "url": data_url}]}),
        json!({"images": [base64]}),
        json!({"images": [{"url": data_url, "content_type": "image/png"}], "seed": 1}),
        json!({"image": base64}),
        json!({"image": {"url": data_url}}),
        json!({"output": [data_url]}),
        json!({"output": data_url}),
        json!([{"image": base64}]),
        json!(base64),
    ] {
        let text = body.to_string();
        let media = image(text.as_bytes(), Some("application/json")).expect(&text);
        assert_eq!(media, Media::sniffed(PNG), "{text}");
    }
}

#[test]
fn error_names_the_mismatch_in_json() {
    let wav = base64(WAV);
    for (body, message) in [
        (
            json!({"images": []}),
            "expected an image at `images`, found an empty list",
        ),
        (
            json!({"status": "queued"}),
            "expected an image, found an object of `status`",
        ),
        (
            json!({"image": 1}),
            "expected an image at `image`, found a number",
        ),
        (
            json!({"output": ["https://replicate.example/cat.png"]}),
            "expected media, found a URL, which is not fetched; help: send the bytes, base64 or a data URL, at `output[0]`",
        ),
        (
            json!({"image": wav}),
            "expected an image, found Media(audio/x-wav, 16 bytes), at `image`",
        ),
    ] {
        let text = body.to_string();
        let error = image(text.as_bytes(), Some("application/json")).expect_err(&text);
        assert_eq!(error.to_string(), message);
        assert!(!error.malformed);
    }
}

#[test]
fn each_task_decodes_its_class_of_media() {
    let raw = |body, media_type| RawResponse {
        body,
        media_type: Some(media_type),
    };
    let speech = TextToSpeech::decode(
        &raw(FLAC, "audio/flac"),
        &"good day".to_owned(),
        &TextToSpeechParameters::default(),
    );
    assert_eq!(speech.expect("a sound").media_type, "audio/x-flac");
    let body = json!({"audio": base64(FLAC), "sampling_rate": 16_000}).to_string();
    let speech = TextToSpeech::decode(
        &raw(body.as_bytes(), "application/json"),
        &"good day".to_owned(),
        &TextToSpeechParameters::default(),
    );
    assert_eq!(&*speech.expect("a sound").bytes, FLAC);

    let video = TextToVideo::decode(
        &raw(MP4, "video/mp4"),
        &"a cat".to_owned(),
        &TextToVideoParameters::default(),
    );
    assert_eq!(video.expect("a video").media_type, "video/mp4");
    let body = json!({"video": {"url": Media::sniffed(MP4).to_data_url()}}).to_string();
    let video = ImageToVideo::decode(
        &raw(body.as_bytes(), "application/json"),
        &input(PNG),
        &ImageToVideoParameters::default(),
    );
    assert_eq!(&*video.expect("a video").bytes, MP4);
    let edited = ImageToImage::decode(
        &raw(JPEG, "image/jpeg"),
        &input(PNG),
        &ImageToImageParameters::default(),
    );
    assert_eq!(edited.expect("an image").media_type, "image/jpeg");
}

#[test]
fn text_and_parameters_are_encoded() {
    assert_eq!(
        inputs::<TextToImage>(&"a \"cat\"".to_owned()),
        r#""a \"cat\"""#
    );
    for assert_rejected in [
        assert_input_rejected::<TextToImage>,
        assert_input_rejected::<TextToVideo>,
        assert_input_rejected::<TextToSpeech>,
    ] {
        let message = "the text is empty; help: describe the output";
        assert_rejected(&" \n".to_owned(), message);
    }
    let parameters = TextToImageParameters {
        guidance_scale: Some(7.5),
        height: Some(512),
        negative_prompt: Some("dogs".to_owned()),
        num_inference_steps: Some(4),
        scheduler: Some("euler".to_owned()),
        seed: Some(1),
        width: Some(768),
    };
    assert_eq!(
        wire(&parameters),
        r#"{"guidance_scale":7.5,"height":512,"negative_prompt":"dogs","num_inference_steps":4,"scheduler":"euler","seed":1,"width":768}"#
    );
    let parameters = ImageToVideoParameters {
        negative_prompt: "dogs".into_parameter(),
        prompt: "it runs".into_parameter(),
        target_size: (640, 480).into_parameter(),
        ..ImageToVideoParameters::default()
    };
    assert_eq!(
        wire(&parameters),
        r#"{"negative_prompt":"dogs","prompt":"it runs","target_size":{"width":640,"height":480}}"#
    );
    let parameters = TextToSpeechParameters {
        early_stopping: Some(json!("never")),
        temperature: Some(0.5),
        ..TextToSpeechParameters::default()
    };
    assert_eq!(
        wire(&parameters),
        r#"{"early_stopping":"never","temperature":0.5}"#
    );
}

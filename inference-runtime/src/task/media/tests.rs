use axum::response::IntoResponse;
use bytes::Bytes;
use serde_json::json;

use super::{
    AsMedia, Class, Media, MediaInput,
    samples::{FLAC, JPEG, MP4, PDF, PNG, WAV, WEBM, input},
};
use crate::ErrorKind;

#[test]
fn media_type_is_detected_from_the_first_bytes() {
    for (bytes, media_type) in [
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (WAV, "audio/x-wav"),
        (FLAC, "audio/x-flac"),
        (WEBM, "video/webm"),
        (MP4, "video/mp4"),
        (PDF, "application/pdf"),
        (b"not a media file".as_slice(), "application/octet-stream"),
        (b"", "application/octet-stream"),
    ] {
        assert_eq!(Media::sniffed(bytes).media_type, media_type);
    }
}

#[test]
fn detected_type_takes_precedence_over_the_declared_one() {
    for (bytes, declared, media_type) in [
        (PNG, "image/jpeg", "image/png"),
        (PNG, "text/html", "image/png"),
        (
            b"?".as_slice(),
            "audio/l16; rate=16000",
            "audio/l16; rate=16000",
        ),
        (b"?", "text/html", "application/octet-stream"),
        (b"?", "image/svg+xml", "application/octet-stream"),
        (b"?", "image/", "application/octet-stream"),
        (b"?", "image/a\nb", "application/octet-stream"),
        (b"?", "", "application/octet-stream"),
    ] {
        let media = Media::declared(bytes, Some(declared));
        assert_eq!(media.media_type, media_type, "{declared}");
    }
}

#[test]
fn base64_and_data_urls_are_parsed() {
    let base64 = Media::sniffed(PNG).to_base64();
    for text in [
        base64.clone(),
        base64.trim_end_matches('=').to_owned(),
        format!(" {base64}\n"),
        format!("{}\r\n{}", &base64[..8], &base64[8..]),
        format!("data:image/png;base64,{base64}"),
        format!("DATA:image/jpeg;base64,{base64}"),
        format!("data:;base64,{base64}"),
    ] {
        let media = Media::from_text(&text).expect(&text);
        assert_eq!((&*media.bytes, &*media.media_type), (PNG, "image/png"));
    }
    let url_safe = Media::from_text("_-__").expect("the other alphabet");
    assert_eq!(&*url_safe.bytes, [0xff, 0xef, 0xff]);
}

#[test]
fn text_that_is_neither_base64_nor_a_data_url_is_rejected() {
    for (text, word) in [
        ("", "empty"),
        ("a photograph of a cat", "not base64"),
        ("https://images.example.org/cat.png", "not fetched"),
        ("HTTP://127.0.0.1", "not fetched"),
        ("ftp://images.example.org/cat.png", "not base64"),
        ("data:image/png;base64", "without a comma"),
        ("data:image/png,%89PNG", "not base64"),
    ] {
        let error = Media::from_text(text).expect_err(text).to_string();
        assert!(error.contains(word), "{text}: {error}");
    }
}

#[test]
fn media_serialize_as_a_data_url() {
    let media = Media::sniffed(PNG);
    let json = serde_json::to_value(&media).expect("JSON");
    assert_eq!(json, json!(media.to_data_url()));
    assert_eq!(serde_json::from_value::<Media>(json).expect("media"), media);
}

#[test]
fn media_response_has_content_type_and_nosniff() {
    let response = Media::sniffed(PNG).into_response();
    assert_eq!(response.headers()["content-type"], "image/png");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    let odd = Media::new(PNG, "image/png\n").into_response();
    assert_eq!(odd.headers()["content-type"], "application/octet-stream");
}

#[test]
fn bytes_media_and_text_convert_to_media_input() {
    let expected = input(PNG);
    let media = Media::sniffed(PNG);
    let base64 = media.to_base64();
    let read = |input: &dyn Fn() -> Result<MediaInput, crate::InferenceError>| {
        assert_eq!(input().expect("media"), expected);
    };
    read(&|| Bytes::from_static(PNG).as_media());
    read(&|| PNG.to_vec().as_media());
    read(&|| PNG.as_media());
    read(&|| b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_media());
    read(&|| media.as_media());
    let borrowed = &&media;
    read(&|| borrowed.as_media());
    read(&|| base64.as_media());
    read(&|| base64.as_str().as_media());
    read(&|| media.to_data_url().as_media());

    let error = "not media".as_media().expect_err("it is text");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let url = "https://images.example.org/cat.png";
    assert_eq!(
        url.as_media().expect("a URL"),
        MediaInput::Url(url.to_owned())
    );
}

#[test]
fn media_of_the_class_are_sent_and_others_rejected() {
    for (class, bytes, sent) in [
        (Class::Image, PNG, "image/png"),
        (Class::Image, b"?", "application/octet-stream"),
        (Class::Audio, WAV, "audio/x-wav"),
        (Class::Audio, WEBM, "audio/webm"),
        (Class::Audio, MP4, "audio/mp4"),
        (Class::Audio, b"?", "audio/x-audio"),
        (Class::Video, MP4, "video/mp4"),
    ] {
        let media = input(bytes).media(class).expect(sent);
        assert_eq!(media.media_type, sent);
    }
    for (class, bytes, message) in [
        (
            Class::Image,
            WAV,
            "the input is `audio/x-wav`; help: send an image",
        ),
        (
            Class::Image,
            PDF,
            "the input is `application/pdf`; help: send an image",
        ),
        (
            Class::Audio,
            PNG,
            "the input is `image/png`; help: send a sound",
        ),
        (
            Class::Video,
            WAV,
            "the input is `audio/x-wav`; help: send a video",
        ),
        (
            Class::Image,
            b"",
            "the input is empty; help: send the bytes of an image",
        ),
    ] {
        let error = input(bytes).media(class).expect_err(message);
        assert_eq!(error.to_string(), message);
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}

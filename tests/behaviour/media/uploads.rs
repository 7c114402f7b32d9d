//! Uploaded files.

use axum::{Router, body::Body, routing::post};
use http::{Request, header};
use inference_runtime::{Receive, prelude::*, task::ImageClassification};
use inference_tests::{
    client::{Reply, send},
    upstream::{Answer, Upstream},
};
use serde_json::json;

use super::{PNG, WAV, call, runtime_for};

async fn classify(inference: Inference, upload: Upload) -> Result<String, InferenceError> {
    let call = call!(ImageClassification, &inference, &upload);
    let label = <Label as Receive<ImageClassification>>::receive(call).await?;
    Ok(label.label)
}

async fn describe(upload: Upload) -> String {
    format!(
        "{} {} {:?} {:?}",
        upload.media_type,
        upload.bytes.len(),
        upload.file_name,
        upload.text("question"),
    )
}

fn app() -> Router {
    let inference = Inference::builder().max_media_bytes(100).build();
    Router::new()
        .route("/", post(describe))
        .layer(inference.expect("the runtime should build").layer())
}

async fn post_body(app: &Router, media_type: &str, body: impl Into<Body>) -> Reply {
    let request = Request::post("/")
        .header(header::CONTENT_TYPE, media_type)
        .body(body.into());
    send(app, request.expect("the request should be valid")).await
}

/// Builds a multipart form. A part consists of the text after `form-data` in `Content-Disposition`, a media type, and
/// bytes.
fn form(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (disposition, media_type, bytes) in parts {
        body.extend(b"--border\r\nContent-Disposition: form-data; ");
        body.extend(disposition.as_bytes());
        if let Some(media_type) = media_type {
            body.extend(format!("\r\nContent-Type: {media_type}").into_bytes());
        }
        body.extend(b"\r\n\r\n");
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--border--\r\n");
    body
}

async fn post_form(parts: &[(&str, Option<&str>, &[u8])]) -> Reply {
    post_body(&app(), "multipart/form-data; boundary=border", form(parts)).await
}

#[tokio::test]
async fn upload_is_sent_to_the_model_unchanged() {
    let labels = json!([{"label": "cat", "score": 0.9}]);
    let upstream = Upstream::always(Answer::json(&labels)).await;
    let app = Router::new()
        .route("/", post(classify))
        .layer(runtime_for(&upstream).layer());
    let body = form(&[(
        "name=\"photo\"; filename=\"cat.jpg\"",
        Some("image/jpeg"),
        PNG,
    )]);
    let reply = post_body(&app, "multipart/form-data; boundary=border", body).await;
    assert_eq!(reply.text(), "cat");
    let request = upstream.request();
    assert_eq!(
        request.header("content-type"),
        "image/png",
        "the media type should be detected from the bytes"
    );
    assert_eq!(request.body, PNG);
}

#[tokio::test]
async fn first_file_of_a_form_is_the_upload() {
    let question = ("name=\"question\"", None, "what is it?".as_bytes());
    let no_file_chosen = (
        "name=\"a\"; filename=\"\"",
        Some("application/octet-stream"),
        &b""[..],
    );
    let photo = (
        "name=\"photo\"; filename=\"C:\\\\pictures\\\\cat.png\"",
        Some("image/png"),
        PNG,
    );
    let second = ("name=\"b\"; filename=\"b.wav\"", Some("audio/wav"), WAV);
    let reply = post_form(&[question, no_file_chosen, photo, second]).await;
    assert_eq!(
        reply.text(),
        r#"image/png 16 Some("cat.png") Some("what is it?")"#
    );

    let reply = post_form(&[second, question]).await;
    assert_eq!(
        reply.text(),
        r#"audio/x-wav 16 Some("b.wav") Some("what is it?")"#
    );

    let named = ("name=\"file\"", None, PNG);
    assert_eq!(post_form(&[named]).await.text(), "image/png 16 None None");

    let unknown = ("name=\"a\"; filename=\"a\"", Some("audio/l16"), &b"?"[..]);
    assert_eq!(
        post_form(&[unknown]).await.text(),
        r#"audio/l16 1 Some("a") None"#
    );
}

#[tokio::test]
async fn whole_body_is_accepted_as_the_file() {
    for media_type in ["image/png", "IMAGE/JPEG; q=1", "application/octet-stream"] {
        let reply = post_body(&app(), media_type, PNG).await;
        assert_eq!(reply.text(), "image/png 16 None None", "{media_type}");
    }
    let bare = Request::post("/")
        .body(Body::from(PNG))
        .expect("the request should be valid");
    assert_eq!(send(&app(), bare).await.text(), "image/png 16 None None");
}

#[tokio::test]
async fn request_without_a_usable_file_is_rejected_with_the_reason() {
    let form_type = "multipart/form-data; boundary=border";
    let text = form(&[("name=\"question\"", None, b"what is it?")]);
    let page = form(&[(
        "name=\"a\"; filename=\"a.html\"",
        Some("text/html"),
        b"<!DOCTYPE html><html>",
    )]);
    let note = form(&[(
        "name=\"a\"; filename=\"a.txt\"",
        Some("text/plain; charset=utf-8"),
        b"no magic bytes here",
    )]);
    let incomplete = form(&[("name=\"file\"", None, PNG)])[..60].to_vec();
    for (media_type, body, status, kind, expected) in [
        (
            form_type,
            text,
            400,
            "invalid_input",
            "the form has no file",
        ),
        (
            form_type,
            incomplete,
            400,
            "invalid_input",
            "cannot be read",
        ),
        (
            form_type,
            page,
            415,
            "unsupported_media_type",
            "`text/html`",
        ),
        (
            form_type,
            note,
            415,
            "unsupported_media_type",
            "`text/plain; charset=utf-8`",
        ),
        (
            "multipart/form-data",
            Vec::new(),
            400,
            "invalid_input",
            "boundary",
        ),
        (
            "image/png",
            Vec::new(),
            400,
            "invalid_input",
            "the file is empty",
        ),
        (
            "image/png",
            b"%PDF-1.7\n".to_vec(),
            415,
            "unsupported_media_type",
            "`application/pdf`",
        ),
        (
            "application/json",
            b"{}".to_vec(),
            415,
            "unsupported_media_type",
            "not an upload",
        ),
        (
            "application/x-www-form-urlencoded",
            PNG.to_vec(),
            415,
            "unsupported_media_type",
            "not an upload",
        ),
    ] {
        let reply = post_body(&app(), media_type, body).await;
        assert_eq!(
            (reply.status.as_u16(), reply.problem_kind().as_str()),
            (status, kind),
            "{expected}"
        );
        let detail = reply.json()["detail"]
            .as_str()
            .expect("the problem document should have a detail")
            .to_owned();
        assert!(detail.contains(expected), "{detail}");
    }
}

#[tokio::test]
async fn upload_above_the_limit_is_rejected() {
    let large = vec![b'a'; 101];
    let mut png = PNG.to_vec();
    png.resize(101, 0);
    let form_type = "multipart/form-data; boundary=border";
    let file = "name=\"a\"; filename=\"a\"";
    let fields: Vec<u8> = form(&[("name=\"question\"", None, &vec![b'a'; 70_000])]);
    for (media_type, body) in [
        ("image/png", png.clone()),
        ("application/octet-stream", large.clone()),
        (form_type, form(&[(file, None, &png)])),
        (form_type, fields),
    ] {
        // The size of a body of unknown length is checked while it is read.
        let chunks = body
            .chunks(50)
            .map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec()));
        let chunks: Vec<_> = chunks.collect();
        let streamed = Body::from_stream(futures_util::stream::iter(chunks));
        for body in [Body::from(body), streamed] {
            let reply = post_body(&app(), media_type, body).await;
            assert_eq!(reply.status, 413, "{media_type}");
            assert_eq!(reply.problem_kind(), "input_too_large");
        }
    }
    png.truncate(100);
    assert_eq!(post_body(&app(), "image/png", png).await.status, 200);

    // A body with a large `content-length` is rejected before it is read.
    let announced = Request::post("/")
        .header(header::CONTENT_TYPE, "image/png")
        .header(header::CONTENT_LENGTH, "1000000")
        .body(Body::from_stream(futures_util::stream::pending::<
            Result<Vec<u8>, std::io::Error>,
        >()));
    assert_eq!(
        send(&app(), announced.expect("the request should be valid"))
            .await
            .status,
        413
    );
}

#[tokio::test]
async fn upload_limit_replaces_the_default_limit_of_axum() {
    let app = Router::new().route("/", post(describe));
    let mut png = PNG.to_vec();
    png.resize(3_000_000, 0);
    let reply = post_body(&app, "image/png", png.clone()).await;
    assert_eq!(reply.text(), "image/png 3000000 None None");
    png.resize(10_000_001, 0);
    assert_eq!(post_body(&app, "image/png", png).await.status, 413);
}

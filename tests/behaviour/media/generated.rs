//! Generated media, returned to a client.

use axum::{Router, response::IntoResponse, routing::post};
use inference_runtime::{Receive, prelude::*, task};
use inference_tests::{
    client::post_text,
    upstream::{Answer, Upstream},
};
use serde_json::json;

use super::{PNG, PNG_BASE64, WAV, call, runtime_for};

async fn text_to_image(inference: Inference, text: String) -> Result<Media, InferenceError> {
    Media::receive(call!(TextToImage, &inference, &text)).await
}

async fn text_to_speech(
    inference: Inference,
    text: String,
) -> Result<impl IntoResponse, InferenceError> {
    let call = call!(TextToSpeech, &inference, &text);
    <bytes::Bytes as Receive<task::TextToSpeech>>::receive(call).await
}

async fn image_to_image(
    inference: Inference,
    image: bytes::Bytes,
) -> Result<Media, InferenceError> {
    let mut parameters = task::ImageToImageParameters::default();
    parameters.prompt = Some("at night".to_owned());
    Media::receive(call!(ImageToImage, &inference, &image).parameters(parameters)).await
}

fn app(upstream: &Upstream) -> Router {
    Router::new()
        .route("/text-to-image", post(text_to_image))
        .route("/text-to-speech", post(text_to_speech))
        .route("/image-to-image", post(image_to_image))
        .layer(runtime_for(upstream).layer())
}

#[tokio::test]
async fn generated_image_is_returned_as_the_response() {
    let upstream = Upstream::always(Answer::status(200).body("image/png", PNG)).await;
    let reply = post_text(&app(&upstream), "/text-to-image", "a cat").await;
    assert_eq!((reply.status.as_u16(), &*reply.body), (200, PNG));
    assert_eq!(reply.header("content-type"), "image/png");
    assert_eq!(reply.header("x-content-type-options"), "nosniff");

    let request = upstream.request();
    assert_eq!(request.header("accept"), "image/png");
    assert_eq!(request.header("content-type"), "application/json");
    assert_eq!(request.text(), r#"{"inputs":"a cat"}"#);
}

#[tokio::test]
async fn base64_image_in_json_is_decoded() {
    let answer = json!({"data": [{"b64_json": PNG_BASE64}]});
    let upstream = Upstream::always(Answer::json(&answer)).await;
    let reply = post_text(&app(&upstream), "/text-to-image", "a cat").await;
    assert_eq!(&*reply.body, PNG);
    assert_eq!(reply.header("content-type"), "image/png");
}

#[tokio::test]
async fn image_to_image_sends_the_image_as_base64() {
    let upstream = Upstream::always(Answer::status(200).body("image/png", PNG)).await;
    let reply = post_text(&app(&upstream), "/image-to-image", "no known format").await;
    assert_eq!(&*reply.body, PNG);
    let request = upstream.request();
    assert_eq!(request.header("accept"), "image/png");
    assert_eq!(
        request.json(),
        json!({"inputs": "bm8ga25vd24gZm9ybWF0", "parameters": {"prompt": "at night"}})
    );
}

#[tokio::test]
async fn generated_speech_is_returned_as_bytes() {
    let upstream = Upstream::always(Answer::status(200).body("audio/wav", WAV)).await;
    let reply = post_text(&app(&upstream), "/text-to-speech", "good day").await;
    assert_eq!(&*reply.body, WAV);
    assert_eq!(upstream.request().header("accept"), "*/*");
}

#[tokio::test]
async fn answer_that_is_not_an_image_is_rejected() {
    for answer in [
        Answer::text(200, "sorry"),
        Answer::status(200).body("image/png", ""),
        Answer::status(200).body("application/pdf", "%PDF-1.7\n"),
        Answer::json(&json!({"images": []})),
        Answer::json(&json!({"output": ["https://images.example.org/cat.png"]})),
    ] {
        let upstream = Upstream::always(answer.clone()).await;
        let reply = post_text(&app(&upstream), "/text-to-image", "a cat").await;
        assert_eq!(reply.status, 502, "{answer:?}");
    }
}

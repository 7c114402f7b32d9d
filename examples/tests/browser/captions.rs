use std::{fs, path::PathBuf};

use inference_tests::upstream::{Answer, Upstream};
use serde_json::json;
use tempfile::TempDir;

use crate::{Service, models, with_browser};

const PROGRAM: &str = env!("CARGO_BIN_EXE_captions");

/// An image of one grey pixel.
const PNG: &[u8] = b"\
    \x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\
    \x08\x00\x00\x00\x00\x3a\x7e\x9b\x55\x00\x00\x00\x0a\x49\x44\x41\x54\x78\xda\x63\x68\x00\x00\x00\
    \x82\x00\x81\xda\x45\x08\x3b\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

/// Creates a file in a temporary folder.
fn file(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder should be created");
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("the file should be written");
    (folder, path)
}

#[tokio::test]
async fn picture_gets_a_caption_and_labels() {
    let upstream = models::hugging_face().await;
    let service = Service::with_upstream(&upstream, PROGRAM).await;
    let (_folder, picture) = file("pixel.png", PNG);
    with_browser(async |tab| {
        tab.open(service.url()).await;
        tab.wait_for_text("#limit", "up to 5.0 MiB").await;
        tab.choose_file("#picture", &picture).await;
        tab.click("#submit").await;
        // A model's answer is shown as text, even if it looks like markup.
        tab.wait_for_text("#caption", "a <b>cat</b> on a sofa")
            .await;
        tab.wait_for_text(
            "#caption-card .origin",
            "Salesforce/blip-image-captioning-large",
        )
        .await;
        tab.wait_for_text("#labels", "tabby, tabby cat").await;
        tab.wait_for_text("#labels", "70.0 %").await;
        let width = tab
            .evaluate("document.getElementById('image').naturalWidth")
            .await;
        assert_eq!(width, json!(1), "the picture should be shown");

        tab.click("#submit").await;
        tab.wait_for_text("#caption-card .origin", "cache").await;
        tab.wait_for_text("#labels .origin", "cache").await;
        let requests = upstream.requests();
        assert_eq!(requests.len(), 2);
        for request in requests {
            assert_eq!(request.header("content-type"), "image/png");
            assert_eq!(request.body, PNG);
        }
    })
    .await;
}

#[tokio::test]
async fn failed_model_does_not_affect_the_other() {
    let upstream = Upstream::respond_with(|request| match request.path.contains("blip") {
        true => Answer::text(500, "CUDA out of memory"),
        false => models::answer(request),
    })
    .await;
    let service = Service::with_upstream(&upstream, PROGRAM).await;
    let (_folder, picture) = file("pixel.png", PNG);
    with_browser(async |tab| {
        tab.open(service.url()).await;
        tab.choose_file("#picture", &picture).await;
        tab.click("#submit").await;
        tab.wait_for_text("#caption-card .error", "the model failed to answer")
            .await;
        tab.wait_for_text("#labels", "sofa").await;
    })
    .await;
}

#[tokio::test]
async fn file_that_is_not_a_picture_or_too_large_is_rejected() {
    let upstream = models::hugging_face().await;
    let service = Service::with_upstream(&upstream, PROGRAM).await;
    let (_folder, document) = file("letter.pdf", b"%PDF-1.7");
    let (_other, large) = file("large.png", &[PNG, &[0; 6 << 20]].concat());
    with_browser(async |tab| {
        tab.open(service.url()).await;
        tab.choose_file("#picture", &document).await;
        tab.click("#submit").await;
        tab.wait_for_text("#answer .error", "the file is `application/pdf`")
            .await;

        tab.choose_file("#picture", &large).await;
        tab.wait_for_text(
            "#answer .error",
            "This picture has 6.0 MiB. The limit is 5.0 MiB.",
        )
        .await;
        assert_eq!(upstream.request_count(), 0);
    })
    .await;
}

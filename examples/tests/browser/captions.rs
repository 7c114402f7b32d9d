use std::{fs, path::PathBuf};

use inference_tests::upstream::{Answer, Upstream};
use serde_json::json;
use tempfile::TempDir;

use crate::{Service, browse, models};

const PROGRAM: &str = env!("CARGO_BIN_EXE_captions");

/// One grey pixel.
const PNG: &[u8] = b"\
    \x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\
    \x08\x00\x00\x00\x00\x3a\x7e\x9b\x55\x00\x00\x00\x0a\x49\x44\x41\x54\x78\xda\x63\x68\x00\x00\x00\
    \x82\x00\x81\xda\x45\x08\x3b\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

/// A file with these bytes, in a folder that is gone after the test.
fn file(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("a file");
    (folder, path)
}

#[tokio::test]
async fn a_picture_gets_a_caption_and_labels() {
    let upstream = models::hugging_face().await;
    let service = Service::asking(&upstream, PROGRAM).await;
    let (_folder, picture) = file("pixel.png", PNG);
    browse(async |tab| {
        tab.open(service.url()).await;
        tab.see("#limit", "up to 5.0 MiB").await;
        tab.choose("#picture", &picture).await;
        tab.click("#ask").await;
        // What a model says is text, whatever it looks like.
        tab.see("#caption", "a <b>cat</b> on a sofa").await;
        tab.see("#said .origin", "Salesforce/blip-image-captioning-large")
            .await;
        tab.see("#labels", "tabby, tabby cat").await;
        tab.see("#labels", "70.0 %").await;
        let width = tab
            .evaluate("document.getElementById('image').naturalWidth")
            .await;
        assert_eq!(width, json!(1), "the picture is shown");

        tab.click("#ask").await;
        tab.see("#said .origin", "cache").await;
        tab.see("#labels .origin", "cache").await;
        let asked = upstream.requests();
        assert_eq!(asked.len(), 2);
        for request in asked {
            assert_eq!(request.header("content-type"), "image/png");
            assert_eq!(request.body, PNG);
        }
    })
    .await;
}

#[tokio::test]
async fn a_model_that_fails_leaves_the_other() {
    let upstream = Upstream::respond_with(|request| match request.path.contains("blip") {
        true => Answer::text(500, "CUDA out of memory"),
        false => models::answer(request),
    })
    .await;
    let service = Service::asking(&upstream, PROGRAM).await;
    let (_folder, picture) = file("pixel.png", PNG);
    browse(async |tab| {
        tab.open(service.url()).await;
        tab.choose("#picture", &picture).await;
        tab.click("#ask").await;
        tab.see("#said .problem", "the model failed to answer")
            .await;
        tab.see("#labels", "sofa").await;
    })
    .await;
}

#[tokio::test]
async fn what_is_no_picture_or_too_large_is_refused() {
    let upstream = models::hugging_face().await;
    let service = Service::asking(&upstream, PROGRAM).await;
    let (_folder, document) = file("letter.pdf", b"%PDF-1.7");
    let (_other, large) = file("large.png", &[PNG, &[0; 6 << 20]].concat());
    browse(async |tab| {
        tab.open(service.url()).await;
        tab.choose("#picture", &document).await;
        tab.click("#ask").await;
        tab.see("#answer .problem", "the file is `application/pdf`")
            .await;

        tab.choose("#picture", &large).await;
        tab.see(
            "#answer .problem",
            "This picture has 6.0 MiB, and 5.0 MiB is the most.",
        )
        .await;
        assert_eq!(upstream.request_count(), 0);
    })
    .await;
}

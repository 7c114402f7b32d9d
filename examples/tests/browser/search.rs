use inference_tests::upstream::{Answer, Upstream};

use crate::{Service, browse, models};

const PROGRAM: &str = env!("CARGO_BIN_EXE_search");

#[tokio::test]
async fn sections_are_found_by_what_they_mean() {
    let upstream = models::hugging_face().await;
    let service = Service::asking(&upstream, PROGRAM).await;
    browse(async |tab| {
        tab.open(service.url()).await;
        tab.write("#query", "password").await;
        tab.click("#ask").await;
        tab.see("#how", "by meaning").await;
        tab.see(".hit:first-child", "token").await;
        let first = upstream.request_count();

        // The sections are known by now: the query alone is sent.
        tab.write("#query", "photograph").await;
        tab.click("#ask").await;
        tab.see(".hit:first-child", "pload").await;
        assert_eq!(upstream.request_count(), first + 1);

        tab.write("#query", "password").await;
        tab.click("#ask").await;
        tab.see(".hit:first-child", "token").await;
        assert_eq!(upstream.request_count(), first + 1);
    })
    .await;
}

#[tokio::test]
async fn sections_are_found_by_words_when_the_model_is_down() {
    let upstream = Upstream::always(Answer::text(500, "out of memory")).await;
    let service = Service::asking(&upstream, PROGRAM).await;
    browse(async |tab| {
        tab.open(service.url()).await;
        tab.write("#query", "fallback closure").await;
        tab.click("#ask").await;
        tab.see(
            "#how",
            "by shared words, because the model failed to answer",
        )
        .await;
        tab.see(".hit:first-child", "fallback").await;

        tab.write("#query", "xyzzy").await;
        tab.click("#ask").await;
        tab.see("#found", "No section has any of these words.")
            .await;
    })
    .await;
}

use inference_tests::upstream::{Answer, Upstream};

use crate::{Service, models, with_browser};

const PROGRAM: &str = env!("CARGO_BIN_EXE_search");

#[tokio::test]
async fn sections_are_ranked_by_meaning() {
    let upstream = models::hugging_face().await;
    let service = Service::with_upstream(&upstream, PROGRAM).await;
    with_browser(async |tab| {
        tab.open(service.url()).await;
        tab.fill("#query", "password").await;
        tab.click("#submit").await;
        tab.wait_for_text("#ranking", "by meaning").await;
        tab.wait_for_text(".hit:first-child", "token").await;
        let first = upstream.request_count();

        // The sections are cached now: only the query is sent.
        tab.fill("#query", "photograph").await;
        tab.click("#submit").await;
        tab.wait_for_text(".hit:first-child", "pload").await;
        assert_eq!(upstream.request_count(), first + 1);

        tab.fill("#query", "password").await;
        tab.click("#submit").await;
        tab.wait_for_text(".hit:first-child", "token").await;
        assert_eq!(upstream.request_count(), first + 1);
    })
    .await;
}

#[tokio::test]
async fn sections_are_ranked_by_words_when_the_model_fails() {
    let upstream = Upstream::always(Answer::text(500, "out of memory")).await;
    let service = Service::with_upstream(&upstream, PROGRAM).await;
    with_browser(async |tab| {
        tab.open(service.url()).await;
        tab.fill("#query", "fallback closure").await;
        tab.click("#submit").await;
        tab.wait_for_text(
            "#ranking",
            "by shared words, because the model failed to answer",
        )
        .await;
        tab.wait_for_text(".hit:first-child", "fallback").await;

        tab.fill("#query", "xyzzy").await;
        tab.click("#submit").await;
        tab.wait_for_text("#results", "No section contains any of these words.")
            .await;
    })
    .await;
}

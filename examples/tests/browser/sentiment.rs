use std::time::Duration;

use inference_tests::upstream::Upstream;

use crate::{Service, models, with_browser};

const PROGRAM: &str = env!("CARGO_BIN_EXE_sentiment");

#[tokio::test]
async fn review_is_classified_and_the_second_time_served_from_the_cache() {
    let upstream =
        Upstream::respond_with(|request| models::answer(request).after(Duration::from_millis(200)))
            .await;
    let service = Service::with_upstream(&upstream, PROGRAM).await;
    with_browser(async |tab| {
        tab.open(service.url()).await;
        tab.wait_for_text(".intro", "distilbert").await;
        tab.fill("#text", "I love it").await;
        tab.click("#submit").await;
        tab.wait_for_text("#answer .verdict", "POSITIVE").await;
        tab.wait_for_text("#answer .verdict", "90.0 %").await;
        tab.wait_for_text("#answer .origin", "model").await;
        let uncached = tab.elapsed_ms("#answer").await;
        assert!(
            uncached >= 200.0,
            "the model took 200 ms, the page shows {uncached}"
        );

        tab.click("#submit").await;
        tab.wait_for_text("#answer .origin", "cache").await;
        let cached = tab.elapsed_ms("#answer").await;
        assert!(
            cached < uncached / 2.0,
            "{cached} ms from the cache, {uncached} ms from the model"
        );
        assert_eq!(upstream.request_count(), 1);

        tab.fill("#text", "I want my money back").await;
        tab.click("#submit").await;
        tab.wait_for_text("#answer .verdict", "NEGATIVE").await;
        assert_eq!(tab.texts("#history tbody tr").await.len(), 3);
    })
    .await;
}

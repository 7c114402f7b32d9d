use std::time::Duration;

use inference_tests::upstream::Upstream;

use crate::{Service, browse, models};

const PROGRAM: &str = env!("CARGO_BIN_EXE_sentiment");

#[tokio::test]
async fn a_review_is_answered_and_the_second_time_by_the_cache() {
    let upstream =
        Upstream::respond_with(|request| models::answer(request).after(Duration::from_millis(200)))
            .await;
    let service = Service::asking(&upstream, PROGRAM).await;
    browse(async |tab| {
        tab.open(service.url()).await;
        tab.see(".who", "distilbert").await;
        tab.write("#text", "I love it").await;
        tab.click("#ask").await;
        tab.see("#answer .verdict", "POSITIVE").await;
        tab.see("#answer .verdict", "90.0 %").await;
        tab.see("#answer .origin", "model").await;
        let asked = tab.took("#answer").await;
        assert!(
            asked >= 200.0,
            "the model took 200 ms, the page says {asked}"
        );

        tab.click("#ask").await;
        tab.see("#answer .origin", "cache").await;
        let kept = tab.took("#answer").await;
        assert!(
            kept < asked / 2.0,
            "{kept} ms from the cache, {asked} ms from the model"
        );
        assert_eq!(upstream.request_count(), 1);

        tab.write("#text", "I want my money back").await;
        tab.click("#ask").await;
        tab.see("#answer .verdict", "NEGATIVE").await;
        assert_eq!(tab.texts("#history tbody tr").await.len(), 3);
    })
    .await;
}

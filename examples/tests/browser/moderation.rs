use inference_tests::upstream::{Answer, Upstream};

use crate::{Service, models, with_browser};

const PROGRAM: &str = env!("CARGO_BIN_EXE_moderation");

#[tokio::test]
async fn post_is_classified_by_three_models() {
    let upstream = models::hugging_face().await;
    let service = Service::with_upstream(&upstream, PROGRAM).await;
    with_browser(async |tab| {
        tab.open(service.url()).await;
        for (post, decision) in [
            ("I love the bread of this shop", "Published"),
            ("Only an idiot would eat that", "Rejected"),
            ("Buy your bread at www.example.com", "Held for review"),
        ] {
            tab.fill("#text", post).await;
            tab.click("#submit").await;
            tab.wait_for_text("#decision", decision).await;
        }
        assert_eq!(upstream.request_count(), 9);
        tab.wait_for_text("#topics", "advertisement").await;
        tab.wait_for_text("#topics", "80.0 %").await;
        tab.wait_for_text("#mood", "NEGATIVE").await;

        tab.click("#submit").await;
        for model in ["#toxicity", "#topics", "#mood"] {
            tab.wait_for_text(&format!("{model} .origin"), "cache")
                .await;
        }
        assert_eq!(upstream.request_count(), 9);
    })
    .await;
}

#[tokio::test]
async fn failed_model_does_not_affect_the_others() {
    let upstream = Upstream::respond_with(|request| match request.path.contains("toxic-bert") {
        true => models::answer(request),
        false => Answer::text(500, "<b>out of memory</b>"),
    })
    .await;
    let service = Service::with_upstream(&upstream, PROGRAM).await;
    with_browser(async |tab| {
        tab.open(service.url()).await;
        tab.fill("#text", "I love it").await;
        tab.click("#submit").await;
        tab.wait_for_text("#decision", "not every model responded")
            .await;
        tab.wait_for_text("#toxicity", "1.0 %").await;
        tab.wait_for_text("#topics .error", "the model failed to answer")
            .await;
        tab.wait_for_text("#mood .origin", "local::sentiment").await;
        assert!(!tab.text("main").await.contains("out of memory"));
    })
    .await;
}

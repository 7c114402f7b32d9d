use inference_tests::upstream::{Answer, Upstream};

use crate::{Service, browse, models};

const PROGRAM: &str = env!("CARGO_BIN_EXE_moderation");

#[tokio::test]
async fn a_post_is_judged_by_three_models() {
    let upstream = models::hugging_face().await;
    let service = Service::asking(&upstream, PROGRAM).await;
    browse(async |tab| {
        tab.open(service.url()).await;
        for (post, decision) in [
            ("I love the bread of this shop", "Published"),
            ("Only an idiot would eat that", "Rejected"),
            ("Buy your bread at www.example.com", "Held for a person"),
        ] {
            tab.write("#text", post).await;
            tab.click("#ask").await;
            tab.see("#decision", decision).await;
        }
        assert_eq!(upstream.request_count(), 9);
        tab.see("#topics", "advertisement").await;
        tab.see("#topics", "80.0 %").await;
        tab.see("#mood", "NEGATIVE").await;

        tab.click("#ask").await;
        for model in ["#toxicity", "#topics", "#mood"] {
            tab.see(&format!("{model} .origin"), "cache").await;
        }
        assert_eq!(upstream.request_count(), 9);
    })
    .await;
}

#[tokio::test]
async fn a_model_that_fails_leaves_the_others() {
    let upstream = Upstream::respond_with(|request| match request.path.contains("toxic-bert") {
        true => models::answer(request),
        false => Answer::text(500, "<b>out of memory</b>"),
    })
    .await;
    let service = Service::asking(&upstream, PROGRAM).await;
    browse(async |tab| {
        tab.open(service.url()).await;
        tab.write("#text", "I love it").await;
        tab.click("#ask").await;
        tab.see("#decision", "not every model has answered").await;
        tab.see("#toxicity", "1.0 %").await;
        tab.see("#topics .problem", "the model failed to answer")
            .await;
        tab.see("#mood .origin", "local::sentiment").await;
        assert!(!tab.text("main").await.contains("out of memory"));
    })
    .await;
}

use crate::{Service, with_browser};

/// Every page shows the missing variable before any interaction.
#[tokio::test]
async fn pages_without_a_token_show_what_to_set() {
    let programs = [
        (env!("CARGO_BIN_EXE_captions"), "fieldset:disabled #submit"),
        (env!("CARGO_BIN_EXE_chat"), "fieldset:disabled #send"),
        (env!("CARGO_BIN_EXE_moderation"), "#submit:enabled"),
        (env!("CARGO_BIN_EXE_search"), "#submit:enabled"),
    ];
    with_browser(async |tab| {
        for (program, button) in programs {
            let service = Service::without_token(program).await;
            tab.open(service.url()).await;
            tab.wait_for_text(
                "#notice",
                "There is no token for Hugging Face. Set HF_TOKEN",
            )
            .await;
            tab.wait_for(button).await;
        }
    })
    .await;
}

#[tokio::test]
async fn embedded_models_answer_without_a_token() {
    with_browser(async |tab| {
        let sentiment = Service::without_token(env!("CARGO_BIN_EXE_sentiment")).await;
        tab.open(sentiment.url()).await;
        tab.wait_for_text(".intro", "Set HF_TOKEN").await;
        tab.fill("#text", "What a wonderful film").await;
        tab.click("#submit").await;
        tab.wait_for_text("#answer .verdict", "POSITIVE").await;
        tab.wait_for_text("#answer .origin", "local::sentiment")
            .await;

        let moderation = Service::without_token(env!("CARGO_BIN_EXE_moderation")).await;
        tab.open(moderation.url()).await;
        tab.fill("#text", "What a wonderful film").await;
        tab.click("#submit").await;
        tab.wait_for_text("#decision", "Held for review").await;
        tab.wait_for_text("#mood", "POSITIVE").await;
        tab.wait_for_text("#toxicity .error", "not set up correctly")
            .await;

        let search = Service::without_token(env!("CARGO_BIN_EXE_search")).await;
        tab.open(search.url()).await;
        tab.fill("#query", "fallback value if no model answers")
            .await;
        tab.click("#submit").await;
        tab.wait_for_text("#ranking", "by shared words").await;
        tab.wait_for_text(".hit:first-child", "fallback").await;
    })
    .await;
}

use crate::{Service, browse};

/// Before anything is clicked, every page says which variable is missing.
#[tokio::test]
async fn every_page_says_what_is_missing() {
    let programs = [
        (env!("CARGO_BIN_EXE_captions"), "fieldset:disabled #ask"),
        (env!("CARGO_BIN_EXE_chat"), "fieldset:disabled #send"),
        (env!("CARGO_BIN_EXE_moderation"), "#ask:enabled"),
        (env!("CARGO_BIN_EXE_search"), "#ask:enabled"),
    ];
    browse(async |tab| {
        for (program, button) in programs {
            let service = Service::without_a_token(program).await;
            tab.open(service.url()).await;
            tab.see(
                "#missing",
                "There is no token for Hugging Face. Set HF_TOKEN",
            )
            .await;
            tab.wait_for(button).await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_embedded_answers() {
    browse(async |tab| {
        let sentiment = Service::without_a_token(env!("CARGO_BIN_EXE_sentiment")).await;
        tab.open(sentiment.url()).await;
        tab.see(".who", "Set HF_TOKEN").await;
        tab.write("#text", "What a wonderful film").await;
        tab.click("#ask").await;
        tab.see("#answer .verdict", "POSITIVE").await;
        tab.see("#answer .origin", "local::sentiment").await;

        let moderation = Service::without_a_token(env!("CARGO_BIN_EXE_moderation")).await;
        tab.open(moderation.url()).await;
        tab.write("#text", "What a wonderful film").await;
        tab.click("#ask").await;
        tab.see("#decision", "Held for a person").await;
        tab.see("#mood", "POSITIVE").await;
        tab.see("#toxicity .problem", "not set up correctly").await;

        let search = Service::without_a_token(env!("CARGO_BIN_EXE_search")).await;
        tab.open(search.url()).await;
        tab.write("#query", "retry after fallback").await;
        tab.click("#ask").await;
        tab.see("#how", "by shared words").await;
        tab.see(".hit:first-child", "fallback").await;
    })
    .await;
}

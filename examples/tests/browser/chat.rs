use std::collections::VecDeque;

use inference_tests::upstream::{Answer, LiveStream, Upstream};
use serde_json::{Value, json};

use crate::{Service, Tab, with_browser};

const PROGRAM: &str = env!("CARGO_BIN_EXE_chat");

/// Starts a service that responds with `N` streams, and returns the streams.
async fn streaming_service<const N: usize>() -> (Upstream, [LiveStream; N]) {
    let (streams, answers): (Vec<LiveStream>, VecDeque<Answer>) =
        (0..N).map(|_| Answer::live()).unzip();
    let upstream = Upstream::scripted(answers).await;
    let Ok(streams) = streams.try_into() else {
        panic!("there should be {N} streams");
    };
    (upstream, streams)
}

async fn send_message(tab: &Tab, text: &str) {
    tab.fill("#text", text).await;
    tab.click("#send").await;
}

/// Returns the last conversation sent, as roles and contents.
fn last_conversation(upstream: &Upstream) -> Vec<(String, String)> {
    let requests = upstream.requests();
    let body = requests.last().expect("there should be a request").json();
    let text = |value: &Value| value.as_str().expect("the value should be text").to_owned();
    let messages = body["messages"]
        .as_array()
        .expect("the messages should be an array");
    messages
        .iter()
        .map(|message| (text(&message["role"]), text(&message["content"])))
        .collect()
}

#[tokio::test]
async fn answer_is_shown_while_it_arrives_and_can_be_stopped() {
    let (upstream, [first, second, third]) = streaming_service().await;
    let service = Service::with_upstream(&upstream, PROGRAM).await;
    with_browser(async |tab| {
        tab.open(service.url()).await;
        send_message(&tab, "Why is the sky blue?").await;
        first.send_text("It <i>scatters</i>").await;
        tab.wait_for_text(".turn.assistant .text", "It <i>scatters</i>")
            .await;
        tab.wait_for("#send:disabled").await;
        first.send_text("\nlight.").await;
        first.finish().await;
        tab.wait_for_text(".turn.assistant .note", "meta-llama/Llama-3.1-8B-Instruct")
            .await;
        assert_eq!(
            tab.text(".turn.assistant .text").await,
            "It <i>scatters</i>\nlight."
        );

        send_message(&tab, "And the sea?").await;
        second.send_text("The sea").await;
        tab.wait_for_text(".turn:last-child .text", "The sea").await;
        tab.click("#stop").await;
        tab.wait_for_text(".turn:last-child .note", "stopped").await;
        second.wait_for_disconnect().await;

        // The part received until then belongs to the conversation.
        send_message(&tab, "Go on").await;
        third.send_text("is").await;
        third.finish().await;
        tab.wait_for_text(".turn:last-child .note", "Llama").await;
        let conversation = last_conversation(&upstream);
        let turns: Vec<_> = conversation
            .iter()
            .map(|(role, content)| (role.as_str(), content.as_str()))
            .collect();
        assert_eq!(
            turns,
            [
                (
                    "system",
                    "You answer briefly, in plain text without Markdown."
                ),
                ("user", "Why is the sky blue?"),
                ("assistant", "It <i>scatters</i>\nlight."),
                ("user", "And the sea?"),
                ("assistant", "The sea"),
                ("user", "Go on"),
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn failed_answer_is_reported() {
    let (upstream, [first, second]) = streaming_service().await;
    let service = Service::with_upstream(&upstream, PROGRAM).await;
    with_browser(async |tab| {
        tab.open(service.url()).await;
        send_message(&tab, "Hello").await;
        first.send_text("Good").await;
        tab.wait_for_text(".turn:last-child .text", "Good").await;
        first
            .send(format!(
                "data: {}\n\n",
                json!({"error": {"message": "out of memory"}})
            ))
            .await;
        tab.wait_for_text(".turn:last-child .error", "the model failed to answer")
            .await;
        assert!(!tab.text("main").await.contains("out of memory"));

        // A message without any answer can be sent again.
        send_message(&tab, "Once more").await;
        upstream.wait_for_requests(2).await;
        second.abort_body().await;
        tab.wait_for_text(".turn:last-child .error", "50").await;
        let field = tab.evaluate("document.getElementById('text').value").await;
        assert_eq!(field, json!("Once more"));
    })
    .await;
}

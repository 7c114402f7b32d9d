use std::collections::VecDeque;

use inference_tests::upstream::{Answer, LiveStream, Upstream};
use serde_json::{Value, json};

use crate::{Service, Tab, browse};

const PROGRAM: &str = env!("CARGO_BIN_EXE_chat");

/// A service that answers with so many streams, and the ends of them that write.
async fn streaming<const N: usize>() -> (Upstream, [Live; N]) {
    let (lives, answers): (Vec<Live>, VecDeque<Answer>) = (0..N).map(|_| Answer::live()).unzip();
    let upstream = Upstream::scripted(answers).await;
    let Ok(lives) = lives.try_into() else {
        panic!("there are {N}");
    };
    (upstream, lives)
}

async fn send(tab: &Tab, words: &str) {
    tab.write("#text", words).await;
    tab.click("#send").await;
}

/// The conversation that was sent last: who, and what.
fn conversation(upstream: &Upstream) -> Vec<(String, String)> {
    let requests = upstream.requests();
    let body = requests.last().expect("a request").json();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let messages = body["messages"].as_array().expect("messages");
    messages
        .iter()
        .map(|message| (text(&message["role"]), text(&message["content"])))
        .collect()
}

#[tokio::test]
async fn an_answer_is_read_while_it_is_written_and_stopped() {
    let (upstream, [first, second, third]) = streaming().await;
    let service = Service::asking(&upstream, PROGRAM).await;
    browse(async |tab| {
        tab.open(service.url()).await;
        send(&tab, "Why is the sky blue?").await;
        first.send_text("It <i>scatters</i>").await;
        tab.see(".turn.assistant .text", "It <i>scatters</i>").await;
        tab.wait_for("#send:disabled").await;
        first.send_text("\nlight.").await;
        first.finish().await;
        tab.see(".turn.assistant .note", "meta-llama/Llama-3.1-8B-Instruct")
            .await;
        assert_eq!(
            tab.text(".turn.assistant .text").await,
            "It <i>scatters</i>\nlight."
        );

        send(&tab, "And the sea?").await;
        second.send_text("The sea").await;
        tab.see(".turn:last-child .text", "The sea").await;
        tab.click("#stop").await;
        tab.see(".turn:last-child .note", "stopped").await;
        second.wait_for_disconnect().await;

        // What was said until then belongs to the conversation.
        send(&tab, "Go on").await;
        third.send_text("is").await;
        third.finish().await;
        tab.see(".turn:last-child .note", "Llama").await;
        let conversation = conversation(&upstream);
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
async fn an_error_says_what_became_of_the_answer() {
    let (upstream, [first, second]) = streaming().await;
    let service = Service::asking(&upstream, PROGRAM).await;
    browse(async |tab| {
        tab.open(service.url()).await;
        send(&tab, "Hello").await;
        first.send_text("Good").await;
        tab.see(".turn:last-child .text", "Good").await;
        first
            .send(format!(
                "data: {}\n\n",
                json!({"error": {"message": "out of memory"}})
            ))
            .await;
        tab.see(".turn:last-child .problem", "the model failed to answer")
            .await;
        assert!(!tab.text("main").await.contains("out of memory"));

        // A question that got no answer at all may be put again.
        send(&tab, "Once more").await;
        upstream.wait_for_requests(2).await;
        second.abort_body().await;
        tab.see(".turn:last-child .problem", "50").await;
        let field = tab.evaluate("document.getElementById('text').value").await;
        assert_eq!(field, json!("Once more"));
    })
    .await;
}

use inference_runtime::{Inference, backend::HuggingFace};
use inference_tests::{
    client::post_text,
    logs::Logs,
    scrape::Scrape,
    spans::Spans,
    upstream::{Answer, Upstream},
};
use serde_json::{Value, json};

use super::{saying, serve};

const ASKED: &str = "what-was-asked-4711";
const ANSWERED: &str = "what-was-answered-4712";
const TOKEN: &str = "hf_whatmustnotbeseen4713";

fn recording(yes: bool, backend: impl inference_runtime::Backend) -> Inference {
    let builder = Inference::builder().backend("hf", backend);
    builder.record_content(yes).build().expect("a runtime")
}

#[tokio::test]
async fn neither_prompt_nor_answer_nor_token_is_told() {
    let (logs, spans, scrape) = (Logs::capture(), Spans::capture(), Scrape::default());
    let _listening = scrape.install();
    let answer = json!({"choices": [{"message": {"role": "assistant", "content": ANSWERED}}]});
    let answers = [
        Answer::json(&answer),
        Answer::text(503, "busy"),
        Answer::json(&json!("not a chat")),
    ];
    let upstream = Upstream::scripted(answers).await;
    let backend = HuggingFace::builder()
        .token(TOKEN)
        .base_url(upstream.url())
        .build()
        .expect("a backend");
    let app = serve(&recording(false, backend));
    let reply = post_text(&app, "/chat", ASKED).await;
    assert_eq!(reply.text(), ANSWERED, "the model was asked");
    for _ in 0..2 {
        post_text(&app, "/chat", ASKED).await;
    }
    assert!(upstream.requests()[0].text().contains(ASKED));
    let told = format!(
        "{}{:?}{}",
        logs.text(),
        spans.named("prediction"),
        scrape.text()
    );
    assert!(told.contains("telemetry::chat"), "somebody listened");
    for secret in [ASKED, ANSWERED, TOKEN] {
        assert!(!told.contains(secret), "{told}");
    }
}

#[tokio::test]
async fn who_asks_for_prompts_and_answers_gets_them_cut() {
    let spans = Spans::capture();
    let app = serve(&recording(true, saying(ANSWERED)));
    post_text(&app, "/chat", &format!("{ASKED} {}", "x".repeat(100_000))).await;
    let span = spans.prediction();
    let messages = |field| -> Value { serde_json::from_str(span.field(field)).expect("JSON") };
    let asked = messages("gen_ai.input.messages");
    assert_eq!(asked[0]["role"], "user");
    let text = asked[0]["parts"][0]["content"].as_str().expect("a text");
    assert!(text.starts_with(&format!("Say {ASKED}")), "{text}");
    assert!(text.len() < 5_000, "{}", text.len());
    assert_eq!(
        messages("gen_ai.output.messages"),
        json!([{"role": "assistant", "parts": [{"type": "text", "content": ANSWERED}]}])
    );
}

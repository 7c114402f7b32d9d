use inference_runtime::{Inference, backend::HuggingFace};
use inference_tests::{
    client::post_text,
    logs::Logs,
    scrape::Scrape,
    spans::Spans,
    upstream::{Answer, Upstream},
};
use serde_json::{Value, json};

use super::{chat_model, serve};

const PROMPT: &str = "prompt-content-4711";
const ANSWER: &str = "answer-content-4712";
const TOKEN: &str = "hf_whatmustnotbeseen4713";

fn recording(enabled: bool, backend: impl inference_runtime::Backend) -> Inference {
    let builder = Inference::builder().backend("hf", backend);
    builder
        .record_content(enabled)
        .build()
        .expect("the runtime should build")
}

#[tokio::test]
async fn prompt_answer_and_token_are_not_recorded_by_default() {
    let (logs, spans, scrape) = (Logs::capture(), Spans::capture(), Scrape::default());
    let _guard = scrape.install();
    let answer = json!({"choices": [{"message": {"role": "assistant", "content": ANSWER}}]});
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
        .expect("the backend should build");
    let app = serve(&recording(false, backend));
    let reply = post_text(&app, "/chat", PROMPT).await;
    assert_eq!(reply.text(), ANSWER, "the model should have been called");
    for _ in 0..2 {
        post_text(&app, "/chat", PROMPT).await;
    }
    assert!(upstream.requests()[0].text().contains(PROMPT));
    let telemetry = format!(
        "{}{:?}{}",
        logs.text(),
        spans.named("prediction"),
        scrape.text()
    );
    assert!(
        telemetry.contains("telemetry::chat"),
        "the telemetry should have been captured"
    );
    for secret in [PROMPT, ANSWER, TOKEN] {
        assert!(!telemetry.contains(secret), "{telemetry}");
    }
}

#[tokio::test]
async fn record_content_records_truncated_prompts_and_answers() {
    let spans = Spans::capture();
    let app = serve(&recording(true, chat_model(ANSWER)));
    post_text(&app, "/chat", &format!("{PROMPT} {}", "x".repeat(100_000))).await;
    let span = spans.prediction();
    let messages = |field| -> Value {
        serde_json::from_str(span.field(field)).expect("the value should be JSON")
    };
    let input = messages("gen_ai.input.messages");
    assert_eq!(input[0]["role"], "user");
    let text = input[0]["parts"][0]["content"]
        .as_str()
        .expect("the content should be text");
    assert!(text.starts_with(&format!("Say {PROMPT}")), "{text}");
    assert!(text.len() < 5_000, "{}", text.len());
    assert_eq!(
        messages("gen_ai.output.messages"),
        json!([{"role": "assistant", "parts": [{"type": "text", "content": ANSWER}]}])
    );
}

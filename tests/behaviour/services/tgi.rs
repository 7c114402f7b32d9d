//! Text Generation Inference.

use inference_runtime::{
    __private::{Model, Operation, Spec},
    backend::Tgi,
    prelude::*,
    task::TextGeneration,
};
use inference_tests::upstream::{Answer, Upstream};
use serde_json::json;

use super::{
    CHAT, chat_response, kind_and_message, openai_stream, path_and_body, predict, stream_chunks,
};

fn backend(upstream: &Upstream) -> Tgi {
    let builder = Tgi::builder().base_url(upstream.url());
    builder.build().expect("the backend should build")
}

static MODELS: [Model; 1] = [Model::new("it", "tgi", "")];
static TEXT: Operation<TextGeneration> = Operation::new(Spec::new("services::tgi", &MODELS));

#[tokio::test]
async fn text_generation_decodes_an_object() {
    let answer = json!({"generated_text": " upon a time"});
    let upstream = Upstream::always(
        Answer::json(&answer)
            .header("x-prompt-tokens", "1")
            .header("x-generated-tokens", "3"),
    )
    .await;
    let generation = predict!(
        backend(&upstream),
        "tgi",
        TextGeneration,
        "Once",
        max_new_tokens = 3
    );
    assert_eq!(
        generation.expect("the call should succeed")["generated_text"],
        " upon a time"
    );
    assert_eq!(
        path_and_body(&upstream),
        (
            "/generate".to_owned(),
            json!({"inputs": "Once", "parameters": {"max_new_tokens": 3}})
        )
    );
}

#[tokio::test]
async fn text_stream_skips_special_tokens() {
    let frames = "data:{\"index\":1,\"token\":{\"id\":1,\"text\":\" upon\",\"special\":false},\"generated_text\":null,\"details\":null}\n\n\
        data:{\"index\":2,\"token\":{\"id\":2,\"text\":\"</s>\",\"special\":true},\"generated_text\":\" upon\",\"details\":{\"finish_reason\":\"eos_token\",\"generated_tokens\":2,\"seed\":null}}\n\n";
    let upstream = Upstream::always(Answer::events(frames)).await;
    let chunks = stream_chunks(backend(&upstream), &TEXT).await;
    assert_eq!(chunks.expect("the stream should not fail"), [" upon"]);
    assert_eq!(
        path_and_body(&upstream),
        (
            "/generate_stream".to_owned(),
            json!({"inputs": "Hi", "parameters": {"details": true}})
        )
    );
}

#[tokio::test]
async fn chat_works_unary_and_streamed() {
    let upstream = Upstream::always(Answer::json(&chat_response("Lima."))).await;
    let reply = predict!(backend(&upstream), "tgi", ChatCompletion, "Where?");
    assert_eq!(
        reply.expect("the call should succeed")["message"]["content"],
        "Lima."
    );
    assert_eq!(
        path_and_body(&upstream),
        (
            "/v1/chat/completions".to_owned(),
            json!({"model": "tgi", "messages": [{"role": "user", "content": "Where?"}], "stream": false})
        )
    );
    let upstream = Upstream::always(openai_stream()).await;
    let chunks = stream_chunks(backend(&upstream), &CHAT).await;
    assert_eq!(chunks.expect("the stream should not fail"), ["Li", "ma"]);
}

#[tokio::test]
async fn errors_map_to_kinds() {
    for (status, error_type, kind) in [
        (422, "validation", ErrorKind::InvalidInput),
        (422, "template_error", ErrorKind::Unsupported),
        (424, "generation", ErrorKind::Overloaded),
        (429, "overloaded", ErrorKind::Overloaded),
        (500, "incomplete_generation", ErrorKind::ServiceFailed),
    ] {
        let body = json!({"error": "no", "error_type": error_type});
        let upstream = Upstream::always(Answer::json(&body).with_status(status)).await;
        let outcome = predict!(backend(&upstream), "tgi", TextGeneration, "Once");
        assert_eq!(kind_and_message(outcome).0, kind, "{error_type}");
    }
    let frame =
        "data:{\"error\":\"Input validation error: too long\",\"error_type\":\"validation\"}\n\n";
    let upstream = Upstream::always(Answer::events(frame)).await;
    let error = stream_chunks(backend(&upstream), &TEXT)
        .await
        .expect_err("the stream should fail");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn unsupported_task_is_reported() {
    let upstream = Upstream::always(Answer::json(&json!([]))).await;
    let (kind, message) = kind_and_message(predict!(
        backend(&upstream),
        "tgi",
        FeatureExtraction,
        "text"
    ));
    assert_eq!(kind, ErrorKind::Unsupported);
    assert!(message.contains("`text-generation`"), "{message}");
    assert_eq!(upstream.request_count(), 0);
}

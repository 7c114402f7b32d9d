//! Servers with an OpenAI-compatible API.

use inference_runtime::{
    __private::{Model, Operation, Spec},
    Backend, Receive,
    backend::{OpenAi, OpenAiBuilder},
    prelude::*,
    task::TextGeneration,
};
use inference_tests::upstream::{Answer, Upstream};
use serde_json::json;

use super::{
    CHAT, KEY, chat_response, kind_and_message, openai_stream, path_and_body, predict,
    stream_chunks,
};

fn builder_for(upstream: &Upstream) -> OpenAiBuilder {
    OpenAi::builder()
        .base_url(format!("{}/v1", upstream.url()))
        .api_key(KEY)
}

fn backend(upstream: &Upstream) -> OpenAi {
    builder_for(upstream)
        .build()
        .expect("the backend should build")
}

#[tokio::test]
async fn chat_is_sent_and_decoded() {
    let upstream = Upstream::always(Answer::json(&chat_response("Lima."))).await;
    let reply = predict!(
        backend(&upstream),
        "llama3.2:3b",
        ChatCompletion,
        "Where?",
        temperature = 0.5
    );
    assert_eq!(
        reply.expect("the call should succeed")["message"]["content"],
        "Lima."
    );
    let request = upstream.request();
    assert_eq!(request.path, "/v1/chat/completions");
    assert_eq!(request.header("authorization"), format!("Bearer {KEY}"));
    assert_eq!(request.header("accept"), "application/json");
    assert_eq!(
        request.text(),
        r#"{"model":"llama3.2:3b","messages":[{"role":"user","content":"Where?"}],"temperature":0.5,"stream":false}"#
    );
}

#[tokio::test]
async fn authorization_is_absent_without_a_key() {
    let upstream = Upstream::always(Answer::json(&chat_response("Lima."))).await;
    let backend = OpenAi::builder().base_url(upstream.url());
    let reply = predict!(
        backend.build().expect("the backend should build"),
        "m",
        ChatCompletion,
        "Where?"
    );
    reply.expect("the call should succeed");
    let request = upstream.request();
    assert_eq!(request.header("authorization"), "");
    assert_eq!(request.path, "/v1/chat/completions");
}

#[tokio::test]
async fn chat_is_streamed() {
    let upstream = Upstream::always(openai_stream()).await;
    let chunks = stream_chunks(backend(&upstream), &CHAT).await;
    assert_eq!(chunks.expect("the stream should not fail"), ["Li", "ma"]);
    let request = upstream.request();
    assert_eq!(request.header("accept"), "text/event-stream");
    assert_eq!(request.json()["stream"], true);
}

static MODELS: [Model; 1] = [Model::new("it", "m", "")];
static TEXT: Operation<TextGeneration> = Operation::new(Spec::new("services::text", &MODELS));

#[tokio::test]
async fn text_generation_uses_completions_unary_and_streamed() {
    let answer = json!({
        "choices": [{"index": 0, "text": " upon a time", "finish_reason": "length"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 3},
    });
    let upstream = Upstream::always(Answer::json(&answer)).await;
    let generation = predict!(
        backend(&upstream),
        "m",
        TextGeneration,
        "Once",
        max_new_tokens = 3,
        do_sample = false,
        return_full_text = false,
        details = true,
        seed = 7
    )
    .expect("the call should succeed");
    assert_eq!(generation["generated_text"], " upon a time");
    assert_eq!(generation["finish_reason"], "length");
    assert_eq!(
        path_and_body(&upstream),
        (
            "/v1/completions".to_owned(),
            json!({"model": "m", "prompt": "Once", "max_tokens": 3, "temperature": 0, "echo": false, "seed": 7, "stream": false})
        )
    );

    let frames = "data: {\"choices\":[{\"text\":\" upon\"}]}\n\ndata: {\"choices\":[{\"text\":\" a\",\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    let upstream = Upstream::always(Answer::events(frames)).await;
    let chunks = stream_chunks(backend(&upstream), &TEXT).await;
    assert_eq!(chunks.expect("the stream should not fail"), [" upon", " a"]);
    assert_eq!(upstream.request().json()["stream"], true);
}

#[tokio::test]
async fn unsupported_parameter_is_rejected_without_a_request() {
    let upstream = Upstream::always(Answer::json(&json!({}))).await;
    let outcome = predict!(
        backend(&upstream),
        "m",
        TextGeneration,
        "Once",
        watermark = true
    );
    let (kind, message) = kind_and_message(outcome);
    assert_eq!(kind, ErrorKind::Unsupported);
    assert!(
        message.contains("`watermark`") && message.contains("`tgi`"),
        "{message}"
    );
    let outcome = predict!(
        backend(&upstream),
        "m",
        FeatureExtraction,
        "text",
        truncate = true
    );
    assert!(kind_and_message(outcome).1.contains("`truncate`"));
    let outcome = predict!(backend(&upstream), "m", TextToImage, "a cat", width = 512);
    assert!(kind_and_message(outcome).1.contains("`height`"));
    assert_eq!(upstream.request_count(), 0);
}

#[tokio::test]
async fn embedding_is_decoded_from_numbers_or_base64() {
    let floats = json!({"object": "list", "data": [{"index": 0, "embedding": [3.0, 4.0]}], "usage": {"prompt_tokens": 1}});
    let upstream = Upstream::always(Answer::json(&floats)).await;
    let embedding = predict!(
        backend(&upstream),
        "m",
        FeatureExtraction,
        "text",
        dimensions = 2
    );
    assert_eq!(
        embedding.expect("the call should succeed")["vector"],
        json!([3.0, 4.0])
    );
    assert_eq!(
        path_and_body(&upstream),
        (
            "/v1/embeddings".to_owned(),
            json!({"model": "m", "input": "text", "dimensions": 2})
        )
    );

    // 3.0 and 4.0 as little-endian 32-bit floats.
    let base64 = json!({"data": [{"index": 0, "embedding": "AABAQAAAgEA="}]});
    let upstream = Upstream::always(Answer::json(&base64)).await;
    let backend = builder_for(&upstream)
        .base64_embeddings(true)
        .build()
        .expect("the backend should build");
    let embedding = predict!(backend, "m", FeatureExtraction, "text", normalize = true);
    assert_eq!(
        embedding.expect("the call should succeed")["vector"],
        json!([0.6_f32, 0.8_f32])
    );
    assert_eq!(
        upstream.request().json(),
        json!({"model": "m", "input": "text", "encoding_format": "base64"})
    );
}

#[tokio::test]
async fn ranking_is_decoded_from_either_form() {
    let results = json!({"results": [
        {"index": 1, "document": {"text": "b"}, "relevance_score": 0.9},
        {"index": 0, "document": {"text": "a"}, "relevance_score": 0.1},
    ]});
    let scores = json!({"data": [{"index": 1, "score": 0.9}, {"index": 0, "score": 0.1}]});
    for answer in [results, scores] {
        let upstream = Upstream::always(Answer::json(&answer)).await;
        let ranking = predict!(
            backend(&upstream),
            "m",
            TextRanking,
            Ranking::new("q", ["a", "b"])
        );
        assert_eq!(
            ranking.expect("the call should succeed"),
            json!([{"index": 1, "score": 0.9}, {"index": 0, "score": 0.1}])
        );
        assert_eq!(
            path_and_body(&upstream),
            (
                "/v1/rerank".to_owned(),
                json!({"model": "m", "query": "q", "documents": ["a", "b"], "top_n": 2})
            )
        );
    }
}

#[tokio::test]
async fn classification_uses_classify_outside_v1() {
    let answer = json!({"data": [{"index": 0, "label": "GOOD", "probs": [0.2, 0.7, 0.1], "num_classes": 3}]});
    let upstream = Upstream::always(Answer::json(&answer)).await;
    let labels = predict!(
        backend(&upstream),
        "m",
        TextClassification,
        "fine",
        top_k = 2
    );
    assert_eq!(
        labels.expect("the call should succeed"),
        json!([{"label": "GOOD", "score": 0.7}, {"label": "LABEL_0", "score": 0.2}])
    );
    assert_eq!(
        path_and_body(&upstream),
        (
            "/classify".to_owned(),
            json!({"model": "m", "input": "fine"})
        )
    );
}

#[tokio::test]
async fn image_is_requested_as_base64() {
    let png = "iVBORw0KGgoAAAANSUhEUg==";
    let answer = json!({"created": 1, "data": [{"b64_json": png}]});
    let upstream = Upstream::always(Answer::json(&answer)).await;
    let image = predict!(
        backend(&upstream),
        "m",
        TextToImage,
        "a cat",
        width = 512,
        height = 256,
        seed = 3
    );
    assert_eq!(
        image.expect("the call should succeed"),
        json!(format!("data:image/png;base64,{png}"))
    );
    assert_eq!(
        path_and_body(&upstream),
        (
            "/v1/images/generations".to_owned(),
            json!({"model": "m", "prompt": "a cat", "size": "512x256", "response_format": "b64_json", "seed": 3})
        )
    );
    let upstream = Upstream::always(Answer::json(&answer)).await;
    let image = predict!(backend(&upstream), "gpt-image-1", TextToImage, "a cat");
    image.expect("the call should succeed");
    assert_eq!(
        upstream.request().json(),
        json!({"model": "gpt-image-1", "prompt": "a cat"})
    );
}

#[tokio::test]
async fn audio_is_sent_as_a_multipart_form() {
    let answer =
        json!({"text": "good day", "segments": [{"start": 0.0, "end": 1.5, "text": "good day"}]});
    let upstream = Upstream::always(Answer::json(&answer)).await;
    let wav = Media::new(&b"RIFF\x24\0\0\0WAVEfmt "[..], "audio/wav");
    let transcript = predict!(
        backend(&upstream),
        "whisper-1",
        AutomaticSpeechRecognition,
        wav,
        return_timestamps = true,
        generation_parameters = json!({"language": "en", "temperature": 0})
    );
    assert_eq!(
        transcript.expect("the call should succeed"),
        json!({"text": "good day", "chunks": [{"text": "good day", "timestamp": [0.0, 1.5]}]})
    );
    let request = upstream.request();
    assert_eq!(request.path, "/v1/audio/transcriptions");
    let boundary = request
        .header("content-type")
        .strip_prefix("multipart/form-data; boundary=")
        .expect("the body should be a multipart form");
    let body = request.text();
    let fields: Vec<_> = body.split(&format!("--{boundary}\r\n")).skip(1).collect();
    assert_eq!(fields.len(), 5, "{body}");
    for (field, parts) in fields.iter().zip([
        ["name=\"file\"; filename=\"file.wav\"", "\r\n\r\nRIFF"],
        ["name=\"model\"", "\r\n\r\nwhisper-1\r\n"],
        ["name=\"response_format\"", "\r\n\r\nverbose_json\r\n"],
        ["name=\"language\"", "\r\n\r\nen\r\n"],
        ["name=\"temperature\"", "\r\n\r\n0\r\n"],
    ]) {
        assert!(parts.iter().all(|part| field.contains(part)), "{field}");
    }
}

#[tokio::test]
async fn generated_speech_is_audio() {
    let wav = &b"RIFF\x24\0\0\0WAVEfmt "[..];
    let upstream = Upstream::always(Answer::status(200).body("audio/wav", wav)).await;
    let backend = builder_for(&upstream)
        .voice("nova")
        .build()
        .expect("the backend should build");
    let audio = predict!(backend, "tts-1", TextToSpeech, "good day");
    let audio = audio.expect("the call should succeed");
    assert!(
        audio
            .as_str()
            .expect("the output should be a URL")
            .starts_with("data:audio/"),
        "{audio}"
    );
    assert_eq!(
        path_and_body(&upstream),
        (
            "/v1/audio/speech".to_owned(),
            json!({"model": "tts-1", "input": "good day", "voice": "nova"})
        )
    );
    assert!(upstream.request().header("accept").contains("audio/*"));
}

#[tokio::test]
async fn errors_of_known_servers_map_to_kinds() {
    let error = |status, body: serde_json::Value| Answer::json(&body).with_status(status);
    for (name, answer, kind) in [
        (
            "OpenAI: invalid key",
            error(
                401,
                json!({"error": {"message": "Incorrect API key", "type": "invalid_request_error", "param": null, "code": "invalid_api_key"}}),
            ),
            ErrorKind::Unauthorized,
        ),
        (
            "OpenAI: quota exceeded",
            error(
                429,
                json!({"error": {"message": "You exceeded your current quota, please check your plan", "code": "insufficient_quota"}}),
            ),
            ErrorKind::PaymentRequired,
        ),
        (
            "vLLM: unknown model",
            error(
                404,
                json!({"object": "error", "message": "The model `x` does not exist.", "code": 404}),
            ),
            ErrorKind::ModelNotFound,
        ),
        (
            "LiteLLM: unknown model",
            error(
                400,
                json!({"error": {"message": "{'error': '/chat/completions: Invalid model name passed in model=x. Call `/v1/models` to view available models for your key.'}", "type": "None", "param": "None", "code": "400"}}),
            ),
            ErrorKind::ModelNotFound,
        ),
        (
            "llama.cpp: loading",
            error(
                503,
                json!({"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}),
            ),
            ErrorKind::ModelLoading,
        ),
        (
            "Ollama: invalid input",
            error(400, json!({"error": "input too odd"})),
            ErrorKind::InvalidInput,
        ),
        (
            "an error with status 200",
            error(200, json!({"error": {"message": "no slot", "code": 503}})),
            ErrorKind::Overloaded,
        ),
        (
            "a flat error with status 200",
            error(
                200,
                json!({"object": "error", "message": "too long", "code": 400}),
            ),
            ErrorKind::InvalidInput,
        ),
        (
            "HTML",
            Answer::html(200, "<title>Sign in</title>"),
            ErrorKind::MalformedOutput,
        ),
    ] {
        let upstream = Upstream::always(answer).await;
        let outcome = predict!(backend(&upstream), "m", ChatCompletion, "Hi");
        assert_eq!(kind_and_message(outcome).0, kind, "{name}");
    }
    let frames = "data: {\"error\":{\"code\":500,\"message\":\"no more\",\"type\":\"server_error\"}}\n\ndata: [DONE]\n\n";
    let upstream = Upstream::always(Answer::events(frames)).await;
    let error = stream_chunks(backend(&upstream), &CHAT)
        .await
        .expect_err("the stream should fail");
    assert_eq!(error.kind(), ErrorKind::ServiceFailed);
}

#[tokio::test]
async fn unsupported_task_is_reported_with_the_supported_ones() {
    let upstream = Upstream::always(Answer::json(&json!([]))).await;
    let outcome = predict!(backend(&upstream), "m", TokenClassification, "Ada");
    let (kind, message) = kind_and_message(outcome);
    assert_eq!(kind, ErrorKind::Unsupported);
    assert!(
        message.contains("`token-classification`") && message.contains("`chat-completion`"),
        "{message}"
    );
    assert_eq!(upstream.request_count(), 0);
}

#[test]
fn key_is_not_shown_in_debug_output_or_errors() {
    let builder = OpenAi::builder().base_url("http://host").api_key(KEY);
    assert!(!format!("{builder:?}").contains(KEY));
    assert!(!format!("{:?}", builder.build().expect("the backend should build")).contains(KEY));
    let error = OpenAi::builder()
        .build()
        .expect_err("a base URL should be required")
        .to_string();
    assert!(error.contains("has no base URL; help:"), "{error}");
    let missing = OpenAi::builder()
        .base_url("http://host")
        .api_key_env("INFERENCE_TESTS_UNSET")
        .build()
        .expect("the backend should build");
    let error = missing
        .check_configured()
        .expect_err("the key should be missing");
    assert_eq!(error.kind(), ErrorKind::NotConfigured);
    assert!(
        error.to_string().contains("`INFERENCE_TESTS_UNSET`"),
        "{error}"
    );
}

#[tokio::test]
async fn several_texts_are_embedded_in_one_request() {
    use inference_runtime::task::FeatureExtraction;
    static EMBED: Operation<FeatureExtraction> =
        Operation::new(Spec::new("services::embed", &MODELS));
    let answer =
        json!({"data": [{"index": 1, "embedding": [2.0]}, {"index": 0, "embedding": [1.0]}]});
    let upstream = Upstream::always(Answer::json(&answer)).await;
    let inference = super::runtime(backend(&upstream));
    let call = EMBED.call_each(&inference, ["a", "b"]);
    let vectors = <Each<Vec<f32>>>::receive(call)
        .await
        .expect("the call should succeed");
    let vectors: Vec<_> = vectors
        .into_iter()
        .map(|vector| vector.expect("every prediction should succeed"))
        .collect();
    assert_eq!(vectors, [[1.0], [2.0]]);
    assert_eq!(upstream.request().json()["input"], json!(["a", "b"]));
}

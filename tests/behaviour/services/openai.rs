//! Any server that speaks OpenAI's protocol.

use inference_runtime::{
    __private::{Model, Operation, Spec},
    Backend, Receive,
    backend::{OpenAi, OpenAiBuilder},
    prelude::*,
    task::TextGeneration,
};
use inference_tests::upstream::{Answer, Upstream};
use serde_json::json;

use super::{CHAT, KEY, ask, asked, chat_reply, openai_stream, pieces, told};

fn at(upstream: &Upstream) -> OpenAiBuilder {
    OpenAi::builder()
        .base_url(format!("{}/v1", upstream.url()))
        .api_key(KEY)
}

fn backend(upstream: &Upstream) -> OpenAi {
    at(upstream).build().expect("a backend")
}

#[tokio::test]
async fn a_chat_is_asked_and_answered_in_its_own_form() {
    let upstream = Upstream::always(Answer::json(&chat_reply("Lima."))).await;
    let reply = ask!(
        backend(&upstream),
        "llama3.2:3b",
        ChatCompletion,
        "Where?",
        temperature = 0.5
    );
    assert_eq!(reply.expect("a reply")["message"]["content"], "Lima.");
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
async fn without_a_key_none_is_sent() {
    let upstream = Upstream::always(Answer::json(&chat_reply("Lima."))).await;
    let backend = OpenAi::builder().base_url(upstream.url());
    let reply = ask!(
        backend.build().expect("built"),
        "m",
        ChatCompletion,
        "Where?"
    );
    reply.expect("a reply");
    let request = upstream.request();
    assert_eq!(request.header("authorization"), "");
    assert_eq!(request.path, "/v1/chat/completions");
}

#[tokio::test]
async fn a_chat_is_streamed() {
    let upstream = Upstream::always(openai_stream()).await;
    let pieces = pieces(backend(&upstream), &CHAT).await;
    assert_eq!(pieces.expect("a stream"), ["Li", "ma"]);
    let request = upstream.request();
    assert_eq!(request.header("accept"), "text/event-stream");
    assert_eq!(request.json()["stream"], true);
}

static MODELS: [Model; 1] = [Model::new("it", "m", "")];
static TEXT: Operation<TextGeneration> = Operation::new(Spec::new("services::text", &MODELS));

#[tokio::test]
async fn text_goes_on_by_completions_whole_and_streamed() {
    let answer = json!({
        "choices": [{"index": 0, "text": " upon a time", "finish_reason": "length"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 3},
    });
    let upstream = Upstream::always(Answer::json(&answer)).await;
    let generation = ask!(
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
    .expect("a text");
    assert_eq!(generation["generated_text"], " upon a time");
    assert_eq!(generation["finish_reason"], "length");
    assert_eq!(
        asked(&upstream),
        (
            "/v1/completions".to_owned(),
            json!({"model": "m", "prompt": "Once", "max_tokens": 3, "temperature": 0, "echo": false, "seed": 7, "stream": false})
        )
    );

    let frames = "data: {\"choices\":[{\"text\":\" upon\"}]}\n\ndata: {\"choices\":[{\"text\":\" a\",\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    let upstream = Upstream::always(Answer::events(frames)).await;
    let pieces = pieces(backend(&upstream), &TEXT).await;
    assert_eq!(pieces.expect("a stream"), [" upon", " a"]);
    assert_eq!(upstream.request().json()["stream"], true);
}

#[tokio::test]
async fn what_only_another_service_has_is_not_sent() {
    let upstream = Upstream::always(Answer::json(&json!({}))).await;
    let outcome = ask!(
        backend(&upstream),
        "m",
        TextGeneration,
        "Once",
        watermark = true
    );
    let (kind, message) = told(outcome);
    assert_eq!(kind, ErrorKind::Unsupported);
    assert!(
        message.contains("`watermark`") && message.contains("`tgi`"),
        "{message}"
    );
    let outcome = ask!(
        backend(&upstream),
        "m",
        FeatureExtraction,
        "text",
        truncate = true
    );
    assert!(told(outcome).1.contains("`truncate`"));
    let outcome = ask!(backend(&upstream), "m", TextToImage, "a cat", width = 512);
    assert!(told(outcome).1.contains("`height`"));
    assert_eq!(upstream.request_count(), 0);
}

#[tokio::test]
async fn an_embedding_is_numbers_or_base64() {
    let floats = json!({"object": "list", "data": [{"index": 0, "embedding": [3.0, 4.0]}], "usage": {"prompt_tokens": 1}});
    let upstream = Upstream::always(Answer::json(&floats)).await;
    let embedding = ask!(
        backend(&upstream),
        "m",
        FeatureExtraction,
        "text",
        dimensions = 2
    );
    assert_eq!(embedding.expect("a vector")["vector"], json!([3.0, 4.0]));
    assert_eq!(
        asked(&upstream),
        (
            "/v1/embeddings".to_owned(),
            json!({"model": "m", "input": "text", "dimensions": 2})
        )
    );

    // 3.0 and 4.0 as floats of four bytes, the little end first.
    let base64 = json!({"data": [{"index": 0, "embedding": "AABAQAAAgEA="}]});
    let upstream = Upstream::always(Answer::json(&base64)).await;
    let backend = at(&upstream)
        .base64_embeddings(true)
        .build()
        .expect("built");
    let embedding = ask!(backend, "m", FeatureExtraction, "text", normalize = true);
    assert_eq!(
        embedding.expect("a vector")["vector"],
        json!([0.6_f32, 0.8_f32])
    );
    assert_eq!(
        upstream.request().json(),
        json!({"model": "m", "input": "text", "encoding_format": "base64"})
    );
}

#[tokio::test]
async fn a_ranking_has_either_shape() {
    let results = json!({"results": [
        {"index": 1, "document": {"text": "b"}, "relevance_score": 0.9},
        {"index": 0, "document": {"text": "a"}, "relevance_score": 0.1},
    ]});
    let scores = json!({"data": [{"index": 1, "score": 0.9}, {"index": 0, "score": 0.1}]});
    for answer in [results, scores] {
        let upstream = Upstream::always(Answer::json(&answer)).await;
        let ranking = ask!(
            backend(&upstream),
            "m",
            TextRanking,
            Ranking::new("q", ["a", "b"])
        );
        assert_eq!(
            ranking.expect("a ranking"),
            json!([{"index": 1, "score": 0.9}, {"index": 0, "score": 0.1}])
        );
        assert_eq!(
            asked(&upstream),
            (
                "/v1/rerank".to_owned(),
                json!({"model": "m", "query": "q", "documents": ["a", "b"], "top_n": 2})
            )
        );
    }
}

#[tokio::test]
async fn labels_are_asked_for_beside_v1() {
    let answer = json!({"data": [{"index": 0, "label": "GOOD", "probs": [0.2, 0.7, 0.1], "num_classes": 3}]});
    let upstream = Upstream::always(Answer::json(&answer)).await;
    let labels = ask!(
        backend(&upstream),
        "m",
        TextClassification,
        "fine",
        top_k = 2
    );
    assert_eq!(
        labels.expect("labels"),
        json!([{"label": "GOOD", "score": 0.7}, {"label": "LABEL_0", "score": 0.2}])
    );
    assert_eq!(
        asked(&upstream),
        (
            "/classify".to_owned(),
            json!({"model": "m", "input": "fine"})
        )
    );
}

#[tokio::test]
async fn an_image_is_asked_for_as_bytes() {
    let png = "iVBORw0KGgoAAAANSUhEUg==";
    let answer = json!({"created": 1, "data": [{"b64_json": png}]});
    let upstream = Upstream::always(Answer::json(&answer)).await;
    let image = ask!(
        backend(&upstream),
        "m",
        TextToImage,
        "a cat",
        width = 512,
        height = 256,
        seed = 3
    );
    assert_eq!(
        image.expect("an image"),
        json!(format!("data:image/png;base64,{png}"))
    );
    assert_eq!(
        asked(&upstream),
        (
            "/v1/images/generations".to_owned(),
            json!({"model": "m", "prompt": "a cat", "size": "512x256", "response_format": "b64_json", "seed": 3})
        )
    );
    let upstream = Upstream::always(Answer::json(&answer)).await;
    let image = ask!(backend(&upstream), "gpt-image-1", TextToImage, "a cat");
    image.expect("an image");
    assert_eq!(
        upstream.request().json(),
        json!({"model": "gpt-image-1", "prompt": "a cat"})
    );
}

#[tokio::test]
async fn a_recording_goes_in_a_form() {
    let answer =
        json!({"text": "good day", "segments": [{"start": 0.0, "end": 1.5, "text": "good day"}]});
    let upstream = Upstream::always(Answer::json(&answer)).await;
    let wav = Media::new(&b"RIFF\x24\0\0\0WAVEfmt "[..], "audio/wav");
    let transcript = ask!(
        backend(&upstream),
        "whisper-1",
        AutomaticSpeechRecognition,
        wav,
        return_timestamps = true,
        generation_parameters = json!({"language": "en", "temperature": 0})
    );
    assert_eq!(
        transcript.expect("a transcript"),
        json!({"text": "good day", "chunks": [{"text": "good day", "timestamp": [0.0, 1.5]}]})
    );
    let request = upstream.request();
    assert_eq!(request.path, "/v1/audio/transcriptions");
    let boundary = request
        .header("content-type")
        .strip_prefix("multipart/form-data; boundary=")
        .expect("a form");
    let body = request.text();
    let fields: Vec<_> = body.split(&format!("--{boundary}\r\n")).skip(1).collect();
    assert_eq!(fields.len(), 5, "{body}");
    for (field, words) in fields.iter().zip([
        ["name=\"file\"; filename=\"file.wav\"", "\r\n\r\nRIFF"],
        ["name=\"model\"", "\r\n\r\nwhisper-1\r\n"],
        ["name=\"response_format\"", "\r\n\r\nverbose_json\r\n"],
        ["name=\"language\"", "\r\n\r\nen\r\n"],
        ["name=\"temperature\"", "\r\n\r\n0\r\n"],
    ]) {
        assert!(words.iter().all(|word| field.contains(word)), "{field}");
    }
}

#[tokio::test]
async fn speech_is_sound() {
    let wav = &b"RIFF\x24\0\0\0WAVEfmt "[..];
    let upstream = Upstream::always(Answer::status(200).body("audio/wav", wav)).await;
    let backend = at(&upstream).voice("nova").build().expect("built");
    let sound = ask!(backend, "tts-1", TextToSpeech, "good day");
    let sound = sound.expect("a sound");
    assert!(
        sound.as_str().expect("a URL").starts_with("data:audio/"),
        "{sound}"
    );
    assert_eq!(
        asked(&upstream),
        (
            "/v1/audio/speech".to_owned(),
            json!({"model": "tts-1", "input": "good day", "voice": "nova"})
        )
    );
    assert!(upstream.request().header("accept").contains("audio/*"));
}

#[tokio::test]
async fn every_servers_errors_have_their_kind() {
    let ours = |status, body: serde_json::Value| Answer::json(&body).with_status(status);
    for (name, answer, kind) in [
        (
            "OpenAI's key",
            ours(
                401,
                json!({"error": {"message": "Incorrect API key", "type": "invalid_request_error", "param": null, "code": "invalid_api_key"}}),
            ),
            ErrorKind::Unauthorized,
        ),
        (
            "OpenAI's quota",
            ours(
                429,
                json!({"error": {"message": "You exceeded your current quota, please check your plan", "code": "insufficient_quota"}}),
            ),
            ErrorKind::PaymentRequired,
        ),
        (
            "vLLM's model",
            ours(
                404,
                json!({"object": "error", "message": "The model `x` does not exist.", "code": 404}),
            ),
            ErrorKind::ModelNotFound,
        ),
        (
            "LiteLLM's model",
            ours(
                400,
                json!({"error": {"message": "{'error': '/chat/completions: Invalid model name passed in model=x. Call `/v1/models` to view available models for your key.'}", "type": "None", "param": "None", "code": "400"}}),
            ),
            ErrorKind::ModelNotFound,
        ),
        (
            "llama.cpp loads",
            ours(
                503,
                json!({"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}),
            ),
            ErrorKind::ModelLoading,
        ),
        (
            "Ollama",
            ours(400, json!({"error": "input too odd"})),
            ErrorKind::InvalidInput,
        ),
        (
            "an error under a success",
            ours(200, json!({"error": {"message": "no slot", "code": 503}})),
            ErrorKind::Overloaded,
        ),
        (
            "a flat error under a success",
            ours(
                200,
                json!({"object": "error", "message": "too long", "code": 400}),
            ),
            ErrorKind::InvalidInput,
        ),
        (
            "a page",
            Answer::html(200, "<title>Sign in</title>"),
            ErrorKind::MalformedOutput,
        ),
    ] {
        let upstream = Upstream::always(answer).await;
        let outcome = ask!(backend(&upstream), "m", ChatCompletion, "Hi");
        assert_eq!(told(outcome).0, kind, "{name}");
    }
    let frames = "data: {\"error\":{\"code\":500,\"message\":\"no more\",\"type\":\"server_error\"}}\n\ndata: [DONE]\n\n";
    let upstream = Upstream::always(Answer::events(frames)).await;
    let error = pieces(backend(&upstream), &CHAT)
        .await
        .expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::ServiceFailed);
}

#[tokio::test]
async fn what_it_cannot_do_is_said_with_what_it_can() {
    let upstream = Upstream::always(Answer::json(&json!([]))).await;
    let outcome = ask!(backend(&upstream), "m", TokenClassification, "Ada");
    let (kind, message) = told(outcome);
    assert_eq!(kind, ErrorKind::Unsupported);
    assert!(
        message.contains("`token-classification`") && message.contains("`chat-completion`"),
        "{message}"
    );
    assert_eq!(upstream.request_count(), 0);
}

#[test]
fn nothing_shows_the_key() {
    let builder = OpenAi::builder().base_url("http://host").api_key(KEY);
    assert!(!format!("{builder:?}").contains(KEY));
    assert!(!format!("{:?}", builder.build().expect("built")).contains(KEY));
    let error = OpenAi::builder()
        .build()
        .expect_err("no address")
        .to_string();
    assert!(error.contains("has no base URL; help:"), "{error}");
    let missing = OpenAi::builder()
        .base_url("http://host")
        .api_key_env("INFERENCE_TESTS_UNSET")
        .build()
        .expect("built");
    let error = missing.check_configured().expect_err("no key");
    assert_eq!(error.kind(), ErrorKind::NotConfigured);
    assert!(
        error.to_string().contains("`INFERENCE_TESTS_UNSET`"),
        "{error}"
    );
}

#[tokio::test]
async fn many_texts_are_embedded_in_one_call() {
    use inference_runtime::task::FeatureExtraction;
    static EMBED: Operation<FeatureExtraction> =
        Operation::new(Spec::new("services::embed", &MODELS));
    let answer =
        json!({"data": [{"index": 1, "embedding": [2.0]}, {"index": 0, "embedding": [1.0]}]});
    let upstream = Upstream::always(Answer::json(&answer)).await;
    let inference = super::runtime(backend(&upstream));
    let call = EMBED.call_each(&inference, ["a", "b"]);
    let vectors = <Each<Vec<f32>>>::receive(call).await.expect("vectors");
    let vectors: Vec<_> = vectors
        .into_iter()
        .map(|vector| vector.expect("one"))
        .collect();
    assert_eq!(vectors, [[1.0], [2.0]]);
    assert_eq!(upstream.request().json()["input"], json!(["a", "b"]));
}

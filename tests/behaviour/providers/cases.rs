//! The request to every provider for every task, and its responses.

use serde_json::{Value, json};

use super::{
    chat_response,
    predict::{audio, image},
};

/// The placeholder of the server's URL in responses.
pub(super) const SERVER_URL: &str = "http://SERVER_URL";
/// The path of the generated file.
pub(super) const FILE_PATH: &str = "/generated";

pub(super) struct Case {
    pub(super) provider: &'static str,
    pub(super) task: &'static str,
    /// The name of the model at the provider.
    pub(super) id: &'static str,
    /// The request body, or `None` for a form.
    pub(super) body: Option<Value>,
    /// The path of the request and those of the polls, with their responses.
    pub(super) responses: Vec<(&'static str, CannedResponse)>,
    pub(super) output: ExpectedOutput,
}

#[derive(Clone)]
pub(super) enum CannedResponse {
    Json(u16, Value),
    Audio,
}

pub(super) enum ExpectedOutput {
    Json(Value),
    /// The generated file, as a data URL.
    File,
    Audio,
}

fn case(
    provider: &'static str,
    task: &'static str,
    id: &'static str,
    body: Value,
    responses: impl IntoIterator<Item = (&'static str, Value)>,
    output: ExpectedOutput,
) -> Case {
    let responses = responses
        .into_iter()
        .map(|(path, value)| (path, CannedResponse::Json(200, value)));
    Case {
        provider,
        task,
        id,
        body: Some(body),
        responses: responses.collect(),
        output,
    }
}

fn chat_case(provider: &'static str, path: &'static str) -> Case {
    let body = json!({"model": "m", "messages": [{"role": "user", "content": "hi"}], "seed": 7, "stream": false});
    let output = json!({
        "message": {"role": "assistant", "content": "hello"},
        "finish_reason": "stop",
        "usage": {"input_tokens": 3, "output_tokens": 2},
    });
    case(
        provider,
        "chat-completion",
        "m",
        body,
        [(path, chat_response())],
        ExpectedOutput::Json(output),
    )
}

fn completion_case(provider: &'static str, path: &'static str) -> Case {
    let body = json!({"model": "m", "prompt": "Once", "max_tokens": 5, "stream": false});
    let response = json!({"model": "m", "choices": [{"text": " upon", "finish_reason": "length"}]});
    let output = json!({"generated_text": " upon", "finish_reason": "length"});
    case(
        provider,
        "text-generation",
        "m",
        body,
        [(path, response)],
        ExpectedOutput::Json(output),
    )
}

fn embedding_case(provider: &'static str, path: &'static str) -> Case {
    let response = json!({"object": "list", "model": "m", "data": [{"object": "embedding", "index": 0, "embedding": [0.5, 1.0]}]});
    let output = ExpectedOutput::Json(json!({"vector": [0.5, 1.0]}));
    let body = json!({"model": "m", "input": "text"});
    case(
        provider,
        "feature-extraction",
        "m",
        body,
        [(path, response)],
        output,
    )
}

fn transcription_case(provider: &'static str, path: &'static str) -> Case {
    let response =
        json!({"text": "hi", "segments": [{"id": 0, "text": "hi", "start": 0.0, "end": 1.5}]});
    Case {
        provider,
        task: "automatic-speech-recognition",
        id: "m",
        body: None,
        responses: vec![(path, CannedResponse::Json(200, response))],
        output: ExpectedOutput::Json(
            json!({"text": "hi", "chunks": [{"text": "hi", "timestamp": [0.0, 1.5]}]}),
        ),
    }
}

fn speech_case(provider: &'static str, path: &'static str, body: Value) -> Case {
    Case {
        provider,
        task: "text-to-speech",
        id: "hexgrad/Kokoro-82M",
        body: Some(body),
        responses: vec![(path, CannedResponse::Audio)],
        output: ExpectedOutput::Audio,
    }
}

fn file_url() -> String {
    format!("{SERVER_URL}{FILE_PATH}?signature=secret")
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = vec![
        chat_case("baseten", "/v1/chat/completions"),
        chat_case("cerebras", "/v1/chat/completions"),
        chat_case("cohere", "/compatibility/v1/chat/completions"),
        chat_case("deepinfra", "/v1/openai/chat/completions"),
        chat_case("featherless-ai", "/v1/chat/completions"),
        chat_case("fireworks-ai", "/inference/v1/chat/completions"),
        chat_case("groq", "/openai/v1/chat/completions"),
        chat_case("novita", "/v3/openai/chat/completions"),
        chat_case("nscale", "/v1/chat/completions"),
        chat_case("ovhcloud", "/v1/chat/completions"),
        chat_case("publicai", "/v1/chat/completions"),
        chat_case("scaleway", "/v1/chat/completions"),
        chat_case("together", "/v1/chat/completions"),
        chat_case("zai-org", "/api/paas/v4/chat/completions"),
        completion_case("deepinfra", "/v1/openai/completions"),
        completion_case("featherless-ai", "/v1/completions"),
        completion_case("novita", "/v3/openai/completions"),
        completion_case("ovhcloud", "/v1/completions"),
        completion_case("scaleway", "/v1/completions"),
        completion_case("together", "/v1/completions"),
        case(
            "groq",
            "text-generation",
            "m",
            json!({"model": "m", "messages": [{"role": "user", "content": "Once"}], "max_tokens": 5, "stream": false}),
            [("/openai/v1/chat/completions", chat_response())],
            ExpectedOutput::Json(json!({
                "generated_text": "hello",
                "finish_reason": "stop",
                "usage": {"input_tokens": 3, "output_tokens": 2},
            })),
        ),
        embedding_case("deepinfra", "/v1/openai/embeddings"),
        embedding_case("scaleway", "/v1/embeddings"),
        embedding_case("together", "/v1/embeddings"),
        transcription_case("deepinfra", "/v1/openai/audio/transcriptions"),
        transcription_case("together", "/v1/audio/transcriptions"),
        speech_case(
            "deepinfra",
            "/v1/openai/audio/speech",
            json!({"model": "hexgrad/Kokoro-82M", "input": "say"}),
        ),
        speech_case(
            "together",
            "/v1/audio/speech",
            json!({"model": "hexgrad/Kokoro-82M", "input": "say", "voice": "af_alloy"}),
        ),
    ];
    cases.extend(image_cases());
    cases.extend(fal_cases());
    cases.extend(replicate_cases());
    cases.extend(video_cases());
    cases
}

/// Images whose bytes are in the response, and the images and videos of the small providers.
fn image_cases() -> Vec<Case> {
    let base64 = json!({"data": [{"b64_json": super::table::generated_image().to_base64()}]});
    let image_url = image().to_data_url();
    let zai = "/api/paas/v4/async/images/generations";
    let wavespeed = |task, body| {
        case(
            "wavespeed",
            task,
            "google/veo",
            body,
            [
                (
                    "/api/v3/google/veo",
                    json!({"code": 200, "data": {"id": "t", "status": "created", "urls": {"get": "https://api.wavespeed.ai/api/v3/predictions/t/result"}}}),
                ),
                (
                    "/api/v3/predictions/t/result",
                    json!({"code": 200, "data": {"id": "t", "status": "completed", "outputs": [file_url()], "error": ""}}),
                ),
            ],
            ExpectedOutput::File,
        )
    };
    vec![
        case(
            "deepinfra",
            "text-to-image",
            "m",
            json!({"model": "m", "prompt": "a cat", "response_format": "b64_json", "width": 64, "height": 32, "num_inference_steps": 4}),
            [("/v1/openai/images/generations", base64.clone())],
            ExpectedOutput::File,
        ),
        Case {
            responses: vec![(
                "/v1/images/generations",
                CannedResponse::Json(201, base64.clone()),
            )],
            ..case(
                "nscale",
                "text-to-image",
                "m",
                json!({"model": "m", "prompt": "a cat", "response_format": "b64_json", "size": "64x32"}),
                [],
                ExpectedOutput::File,
            )
        },
        case(
            "together",
            "text-to-image",
            "m",
            json!({"model": "m", "prompt": "a cat", "response_format": "base64", "width": 64, "height": 32, "steps": 4}),
            [("/v1/images/generations", base64.clone())],
            ExpectedOutput::File,
        ),
        case(
            "together",
            "image-to-image",
            "black-forest-labs/FLUX.1-kontext-dev",
            json!({"model": "black-forest-labs/FLUX.1-kontext-dev", "prompt": "a cat", "response_format": "base64", "image_url": image_url, "steps": 4, "target_size": {"width": 64, "height": 32}}),
            [("/v1/images/generations", base64)],
            ExpectedOutput::File,
        ),
        case(
            "zai-org",
            "text-to-image",
            "m",
            json!({"model": "m", "prompt": "a cat", "size": "64x32", "num_inference_steps": 4}),
            [
                (
                    zai,
                    json!({"model": "m", "id": "t", "request_id": "r", "task_status": "PROCESSING"}),
                ),
                (
                    "/api/paas/v4/async-result/t",
                    json!({"model": "m", "id": "t", "task_status": "SUCCESS", "image_result": [{"url": file_url()}]}),
                ),
            ],
            ExpectedOutput::File,
        ),
        case(
            "zai-org",
            "image-to-text",
            "m",
            json!({"model": "m", "file": image_url}),
            [(
                "/api/paas/v4/layout_parsing",
                json!({"md_results": "# Title"}),
            )],
            ExpectedOutput::Json(json!("# Title")),
        ),
        wavespeed(
            "text-to-image",
            json!({"prompt": "a cat", "width": 64, "height": 32, "num_inference_steps": 4}),
        ),
        wavespeed(
            "text-to-video",
            json!({"prompt": "a cat", "num_inference_steps": 4}),
        ),
        wavespeed(
            "image-to-image",
            json!({"prompt": "a cat", "image": image_url, "images": [image_url], "num_inference_steps": 4, "target_size": {"width": 64, "height": 32}}),
        ),
        wavespeed(
            "image-to-video",
            json!({"prompt": "a cat", "image": image_url, "images": [image_url], "num_inference_steps": 4, "target_size": {"width": 64, "height": 32}}),
        ),
    ]
}

fn fal_cases() -> Vec<Case> {
    let sync = |task, body, response, output| {
        case(
            "fal-ai",
            task,
            "fal-ai/app",
            body,
            [("/fal-ai/app", response)],
            output,
        )
    };
    // The path of the result differs from that of the model.
    let queued = |task, body, result, output| {
        case(
            "fal-ai",
            task,
            "fal-ai/app/variant",
            body,
            [
                (
                    "/fal-ai/app/variant?_subdomain=queue",
                    json!({"request_id": "r", "status": "IN_QUEUE", "response_url": "https://queue.fal.run/fal-ai/app/requests/r"}),
                ),
                (
                    "/fal-ai/app/requests/r/status?_subdomain=queue",
                    json!({"status": "COMPLETED", "request_id": "r"}),
                ),
                ("/fal-ai/app/requests/r?_subdomain=queue", result),
            ],
            output,
        )
    };
    let image_url = image().to_data_url();
    let mask = super::table::generated_image();
    vec![
        sync(
            "automatic-speech-recognition",
            json!({"audio_url": audio().to_data_url(), "return_timestamps": true}),
            json!({"text": "hi", "chunks": [{"text": "hi", "timestamp": [0.0, 1.0]}]}),
            ExpectedOutput::Json(
                json!({"text": "hi", "chunks": [{"text": "hi", "timestamp": [0.0, 1.0]}]}),
            ),
        ),
        sync(
            "text-to-image",
            json!({"prompt": "a cat", "image_size": {"width": 64, "height": 32}, "num_inference_steps": 4}),
            json!({"images": [{"url": file_url(), "content_type": "image/png"}], "prompt": "a cat"}),
            ExpectedOutput::File,
        ),
        sync(
            "text-to-speech",
            json!({"text": "say"}),
            json!({"audio": {"url": format!("{SERVER_URL}/audio")}}),
            ExpectedOutput::Audio,
        ),
        queued(
            "image-to-image",
            json!({"prompt": "a cat", "image_url": image_url, "image_urls": [image_url], "num_inference_steps": 4, "image_size": {"width": 64, "height": 32}}),
            json!({"images": [{"url": file_url()}]}),
            ExpectedOutput::File,
        ),
        queued(
            "text-to-video",
            json!({"prompt": "a cat", "num_inference_steps": 4}),
            json!({"video": {"url": file_url()}}),
            ExpectedOutput::File,
        ),
        queued(
            "image-to-video",
            json!({"prompt": "a cat", "image_url": image_url, "num_inference_steps": 4, "target_size": {"width": 64, "height": 32}}),
            json!({"video": {"url": file_url()}}),
            ExpectedOutput::File,
        ),
        queued(
            "image-segmentation",
            json!({"image_url": image_url, "sync_mode": true}),
            json!({"image": {"url": mask.to_data_url()}}),
            ExpectedOutput::Json(json!([{"label": "mask", "mask": mask.to_data_url()}])),
        ),
    ]
}

fn replicate_cases() -> Vec<Case> {
    let path = "/v1/models/org/app/predictions";
    let created = |task, input: Value, result: Value, output| {
        let response = json!({"id": "p", "status": "processing", "error": null, "output": result});
        Case {
            responses: vec![(path, CannedResponse::Json(201, response))],
            ..case(
                "replicate",
                task,
                "org/app",
                json!({"input": input}),
                [],
                output,
            )
        }
    };
    let image_url = image().to_data_url();
    vec![
        created(
            "automatic-speech-recognition",
            json!({"audio": audio().to_data_url(), "return_timestamps": true}),
            json!({"transcription": "hi"}),
            ExpectedOutput::Json(json!({"text": "hi"})),
        ),
        created(
            "text-to-image",
            json!({"prompt": "a cat", "width": 64, "height": 32, "num_inference_steps": 4}),
            json!([file_url()]),
            ExpectedOutput::File,
        ),
        created(
            "image-to-image",
            json!({"prompt": "a cat", "image": image_url, "images": [image_url], "input_image": image_url, "input_images": [image_url], "num_inference_steps": 4, "target_size": {"width": 64, "height": 32}}),
            json!(file_url()),
            ExpectedOutput::File,
        ),
        created(
            "text-to-speech",
            json!({"text": "say"}),
            json!(format!("{SERVER_URL}/audio")),
            ExpectedOutput::Audio,
        ),
        Case {
            id: "org/app:0123abc",
            body: Some(json!({
                "input": {"prompt": "a cat", "num_inference_steps": 4},
                "version": "0123abc",
            })),
            responses: vec![
                (
                    "/v1/predictions",
                    CannedResponse::Json(
                        202,
                        json!({"id": "p", "status": "starting", "error": null, "output": null, "urls": {"get": "https://api.replicate.com/v1/predictions/p"}}),
                    ),
                ),
                (
                    "/v1/predictions/p",
                    CannedResponse::Json(
                        200,
                        json!({"id": "p", "status": "succeeded", "error": null, "output": file_url()}),
                    ),
                ),
            ],
            ..created(
                "text-to-video",
                Value::Null,
                Value::Null,
                ExpectedOutput::File,
            )
        },
    ]
}

fn video_cases() -> Vec<Case> {
    let jobs = |task, body| {
        case(
            "together",
            task,
            "m",
            body,
            [
                ("/v2/videos", json!({"id": "v", "status": "queued"})),
                (
                    "/v2/videos/v",
                    json!({"id": "v", "status": "completed", "error": null, "outputs": {"video_url": file_url()}}),
                ),
            ],
            ExpectedOutput::File,
        )
    };
    vec![
        jobs(
            "text-to-video",
            json!({"model": "m", "prompt": "a cat", "steps": 4}),
        ),
        jobs(
            "image-to-video",
            json!({"model": "m", "prompt": "a cat", "steps": 4, "width": 64, "height": 32, "frame_images": [{"input_image": image().to_data_url(), "frame": "first"}]}),
        ),
        case(
            "novita",
            "text-to-video",
            "org/app",
            json!({"prompt": "a cat", "num_inference_steps": 4}),
            [(
                "/v3/hf/org/app",
                json!({"video": {"video_url": file_url()}}),
            )],
            ExpectedOutput::File,
        ),
    ]
}

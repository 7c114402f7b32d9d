//! What every provider is sent for every task, and what it answers.

use serde_json::{Value, json};

use super::{
    ask::{image, sound},
    reply,
};

/// Stands for the server's address in answers.
pub(super) const HERE: &str = "http://HERE";
/// The path of the file that providers point to.
pub(super) const MADE: &str = "/made";

pub(super) struct Case {
    pub(super) provider: &'static str,
    pub(super) task: &'static str,
    /// The model's name at the provider.
    pub(super) id: &'static str,
    /// The body; none where it is a form.
    pub(super) body: Option<Value>,
    /// Where the question goes, and where the job is looked at, with what is said there.
    pub(super) said: Vec<(&'static str, Said)>,
    pub(super) got: Got,
}

#[derive(Clone)]
pub(super) enum Said {
    Json(u16, Value),
    Sound,
}

pub(super) enum Got {
    Json(Value),
    /// The file, as a data URL.
    File,
    Sound,
}

fn case(
    provider: &'static str,
    task: &'static str,
    id: &'static str,
    body: Value,
    said: impl IntoIterator<Item = (&'static str, Value)>,
    got: Got,
) -> Case {
    let said = said
        .into_iter()
        .map(|(path, value)| (path, Said::Json(200, value)));
    Case {
        provider,
        task,
        id,
        body: Some(body),
        said: said.collect(),
        got,
    }
}

fn chat(provider: &'static str, path: &'static str) -> Case {
    let body = json!({"model": "m", "messages": [{"role": "user", "content": "hi"}], "seed": 7, "stream": false});
    let got = json!({
        "message": {"role": "assistant", "content": "hello"},
        "finish_reason": "stop",
        "usage": {"input_tokens": 3, "output_tokens": 2},
    });
    case(
        provider,
        "chat-completion",
        "m",
        body,
        [(path, reply())],
        Got::Json(got),
    )
}

fn completion(provider: &'static str, path: &'static str) -> Case {
    let body = json!({"model": "m", "prompt": "Once", "max_tokens": 5, "stream": false});
    let said = json!({"model": "m", "choices": [{"text": " upon", "finish_reason": "length"}]});
    let got = json!({"generated_text": " upon", "finish_reason": "length"});
    case(
        provider,
        "text-generation",
        "m",
        body,
        [(path, said)],
        Got::Json(got),
    )
}

fn embedding(provider: &'static str, path: &'static str) -> Case {
    let said = json!({"object": "list", "model": "m", "data": [{"object": "embedding", "index": 0, "embedding": [0.5, 1.0]}]});
    let got = Got::Json(json!({"vector": [0.5, 1.0]}));
    let body = json!({"model": "m", "input": "text"});
    case(
        provider,
        "feature-extraction",
        "m",
        body,
        [(path, said)],
        got,
    )
}

fn transcription(provider: &'static str, path: &'static str) -> Case {
    let said =
        json!({"text": "hi", "segments": [{"id": 0, "text": "hi", "start": 0.0, "end": 1.5}]});
    Case {
        provider,
        task: "automatic-speech-recognition",
        id: "m",
        body: None,
        said: vec![(path, Said::Json(200, said))],
        got: Got::Json(json!({"text": "hi", "chunks": [{"text": "hi", "timestamp": [0.0, 1.5]}]})),
    }
}

fn speech(provider: &'static str, path: &'static str, body: Value) -> Case {
    Case {
        provider,
        task: "text-to-speech",
        id: "hexgrad/Kokoro-82M",
        body: Some(body),
        said: vec![(path, Said::Sound)],
        got: Got::Sound,
    }
}

fn made() -> String {
    format!("{HERE}{MADE}?signature=of-the-file")
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = vec![
        chat("baseten", "/v1/chat/completions"),
        chat("cerebras", "/v1/chat/completions"),
        chat("cohere", "/compatibility/v1/chat/completions"),
        chat("deepinfra", "/v1/openai/chat/completions"),
        chat("featherless-ai", "/v1/chat/completions"),
        chat("fireworks-ai", "/inference/v1/chat/completions"),
        chat("groq", "/openai/v1/chat/completions"),
        chat("novita", "/v3/openai/chat/completions"),
        chat("nscale", "/v1/chat/completions"),
        chat("ovhcloud", "/v1/chat/completions"),
        chat("publicai", "/v1/chat/completions"),
        chat("scaleway", "/v1/chat/completions"),
        chat("together", "/v1/chat/completions"),
        chat("zai-org", "/api/paas/v4/chat/completions"),
        completion("deepinfra", "/v1/openai/completions"),
        completion("featherless-ai", "/v1/completions"),
        completion("novita", "/v3/openai/completions"),
        completion("ovhcloud", "/v1/completions"),
        completion("scaleway", "/v1/completions"),
        completion("together", "/v1/completions"),
        case(
            "groq",
            "text-generation",
            "m",
            json!({"model": "m", "messages": [{"role": "user", "content": "Once"}], "max_tokens": 5, "stream": false}),
            [("/openai/v1/chat/completions", reply())],
            Got::Json(json!({
                "generated_text": "hello",
                "finish_reason": "stop",
                "usage": {"input_tokens": 3, "output_tokens": 2},
            })),
        ),
        embedding("deepinfra", "/v1/openai/embeddings"),
        embedding("scaleway", "/v1/embeddings"),
        embedding("together", "/v1/embeddings"),
        transcription("deepinfra", "/v1/openai/audio/transcriptions"),
        transcription("together", "/v1/audio/transcriptions"),
        speech(
            "deepinfra",
            "/v1/openai/audio/speech",
            json!({"model": "hexgrad/Kokoro-82M", "input": "say"}),
        ),
        speech(
            "together",
            "/v1/audio/speech",
            json!({"model": "hexgrad/Kokoro-82M", "input": "say", "voice": "af_alloy"}),
        ),
    ];
    cases.extend(images());
    cases.extend(of_fal());
    cases.extend(of_replicate());
    cases.extend(videos());
    cases
}

/// Pictures whose bytes are in the answer, and those of the small providers.
fn images() -> Vec<Case> {
    let base64 = json!({"data": [{"b64_json": super::table::made().to_base64()}]});
    let page = image().to_data_url();
    let zai = "/api/paas/v4/async/images/generations";
    let wave = |task, body| {
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
                    json!({"code": 200, "data": {"id": "t", "status": "completed", "outputs": [made()], "error": ""}}),
                ),
            ],
            Got::File,
        )
    };
    vec![
        case(
            "deepinfra",
            "text-to-image",
            "m",
            json!({"model": "m", "prompt": "a cat", "response_format": "b64_json", "width": 64, "height": 32, "num_inference_steps": 4}),
            [("/v1/openai/images/generations", base64.clone())],
            Got::File,
        ),
        Case {
            said: vec![("/v1/images/generations", Said::Json(201, base64.clone()))],
            ..case(
                "nscale",
                "text-to-image",
                "m",
                json!({"model": "m", "prompt": "a cat", "response_format": "b64_json", "size": "64x32"}),
                [],
                Got::File,
            )
        },
        case(
            "together",
            "text-to-image",
            "m",
            json!({"model": "m", "prompt": "a cat", "response_format": "base64", "width": 64, "height": 32, "steps": 4}),
            [("/v1/images/generations", base64.clone())],
            Got::File,
        ),
        case(
            "together",
            "image-to-image",
            "black-forest-labs/FLUX.1-kontext-dev",
            json!({"model": "black-forest-labs/FLUX.1-kontext-dev", "prompt": "a cat", "response_format": "base64", "image_url": page, "steps": 4, "target_size": {"width": 64, "height": 32}}),
            [("/v1/images/generations", base64)],
            Got::File,
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
                    json!({"model": "m", "id": "t", "task_status": "SUCCESS", "image_result": [{"url": made()}]}),
                ),
            ],
            Got::File,
        ),
        case(
            "zai-org",
            "image-to-text",
            "m",
            json!({"model": "m", "file": page}),
            [(
                "/api/paas/v4/layout_parsing",
                json!({"md_results": "# Title"}),
            )],
            Got::Json(json!("# Title")),
        ),
        wave(
            "text-to-image",
            json!({"prompt": "a cat", "width": 64, "height": 32, "num_inference_steps": 4}),
        ),
        wave(
            "text-to-video",
            json!({"prompt": "a cat", "num_inference_steps": 4}),
        ),
        wave(
            "image-to-image",
            json!({"prompt": "a cat", "image": page, "images": [page], "num_inference_steps": 4, "target_size": {"width": 64, "height": 32}}),
        ),
        wave(
            "image-to-video",
            json!({"prompt": "a cat", "image": page, "images": [page], "num_inference_steps": 4, "target_size": {"width": 64, "height": 32}}),
        ),
    ]
}

fn of_fal() -> Vec<Case> {
    let sync = |task, body, said, got| {
        case(
            "fal-ai",
            task,
            "fal-ai/app",
            body,
            [("/fal-ai/app", said)],
            got,
        )
    };
    // The result has another name than the model that was asked.
    let queued = |task, body, result, got| {
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
            got,
        )
    };
    let picture = image().to_data_url();
    let mask = super::table::made();
    vec![
        sync(
            "automatic-speech-recognition",
            json!({"audio_url": sound().to_data_url(), "return_timestamps": true}),
            json!({"text": "hi", "chunks": [{"text": "hi", "timestamp": [0.0, 1.0]}]}),
            Got::Json(json!({"text": "hi", "chunks": [{"text": "hi", "timestamp": [0.0, 1.0]}]})),
        ),
        sync(
            "text-to-image",
            json!({"prompt": "a cat", "image_size": {"width": 64, "height": 32}, "num_inference_steps": 4}),
            json!({"images": [{"url": made(), "content_type": "image/png"}], "prompt": "a cat"}),
            Got::File,
        ),
        sync(
            "text-to-speech",
            json!({"text": "say"}),
            json!({"audio": {"url": format!("{HERE}/sound")}}),
            Got::Sound,
        ),
        queued(
            "image-to-image",
            json!({"prompt": "a cat", "image_url": picture, "image_urls": [picture], "num_inference_steps": 4, "image_size": {"width": 64, "height": 32}}),
            json!({"images": [{"url": made()}]}),
            Got::File,
        ),
        queued(
            "text-to-video",
            json!({"prompt": "a cat", "num_inference_steps": 4}),
            json!({"video": {"url": made()}}),
            Got::File,
        ),
        queued(
            "image-to-video",
            json!({"prompt": "a cat", "image_url": picture, "num_inference_steps": 4, "target_size": {"width": 64, "height": 32}}),
            json!({"video": {"url": made()}}),
            Got::File,
        ),
        queued(
            "image-segmentation",
            json!({"image_url": picture, "sync_mode": true}),
            json!({"image": {"url": mask.to_data_url()}}),
            Got::Json(json!([{"label": "mask", "mask": mask.to_data_url()}])),
        ),
    ]
}

fn of_replicate() -> Vec<Case> {
    let path = "/v1/models/org/app/predictions";
    let created = |task, input: Value, output: Value, got| {
        let said = json!({"id": "p", "status": "processing", "error": null, "output": output});
        Case {
            said: vec![(path, Said::Json(201, said))],
            ..case(
                "replicate",
                task,
                "org/app",
                json!({"input": input}),
                [],
                got,
            )
        }
    };
    let picture = image().to_data_url();
    vec![
        created(
            "automatic-speech-recognition",
            json!({"audio": sound().to_data_url(), "return_timestamps": true}),
            json!({"transcription": "hi"}),
            Got::Json(json!({"text": "hi"})),
        ),
        created(
            "text-to-image",
            json!({"prompt": "a cat", "width": 64, "height": 32, "num_inference_steps": 4}),
            json!([made()]),
            Got::File,
        ),
        created(
            "image-to-image",
            json!({"prompt": "a cat", "image": picture, "images": [picture], "input_image": picture, "input_images": [picture], "num_inference_steps": 4, "target_size": {"width": 64, "height": 32}}),
            json!(made()),
            Got::File,
        ),
        created(
            "text-to-speech",
            json!({"text": "say"}),
            json!(format!("{HERE}/sound")),
            Got::Sound,
        ),
        Case {
            id: "org/app:0123abc",
            body: Some(json!({
                "input": {"prompt": "a cat", "num_inference_steps": 4},
                "version": "0123abc",
            })),
            said: vec![
                (
                    "/v1/predictions",
                    Said::Json(
                        202,
                        json!({"id": "p", "status": "starting", "error": null, "output": null, "urls": {"get": "https://api.replicate.com/v1/predictions/p"}}),
                    ),
                ),
                (
                    "/v1/predictions/p",
                    Said::Json(
                        200,
                        json!({"id": "p", "status": "succeeded", "error": null, "output": made()}),
                    ),
                ),
            ],
            ..created("text-to-video", Value::Null, Value::Null, Got::File)
        },
    ]
}

fn videos() -> Vec<Case> {
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
                    json!({"id": "v", "status": "completed", "error": null, "outputs": {"video_url": made()}}),
                ),
            ],
            Got::File,
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
            [("/v3/hf/org/app", json!({"video": {"video_url": made()}}))],
            Got::File,
        ),
    ]
}

//! Every task of every provider, through the router and directly.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use futures_util::{StreamExt, stream};
use http::Method;
use inference_runtime::{backend::provider_tasks, task::Media};
use inference_tests::upstream::{Answer, RecordedRequest, Upstream};
use serde_json::json;

use super::{
    KEY, TOKEN,
    cases::{CannedResponse, Case, ExpectedOutput, FILE_PATH, SERVER_URL, cases},
    direct_builder, inference, is_lookup, mapping,
    predict::{audio, predict},
    router_builder,
};

/// Returns the generated image.
pub(super) fn generated_image() -> Media {
    Media::new(&b"\x89PNG\r\n\x1a\nmade"[..], "image/png")
}

#[derive(Clone, Copy, PartialEq)]
enum Connection {
    Routed,
    Direct,
}

/// Starts a server that acts as the Hub, the provider, and the host of the generated file.
async fn start_server(case: &Case, connection: Connection) -> Upstream {
    let (provider, id, task) = (case.provider, case.id, case.task);
    let responses = case.responses.clone();
    let video = task.ends_with("video");
    // The URL is known only after the server has started.
    let url = Arc::new(Mutex::new(String::new()));
    let shared_url = Arc::clone(&url);
    let upstream = Upstream::respond_with(move |request| {
        let path = request.path.as_str();
        if is_lookup(request) {
            return mapping(provider, id, task);
        }
        if path == "/audio" {
            return Answer::status(200).body("audio/mpeg", audio().bytes);
        }
        if path.starts_with(FILE_PATH) {
            let media_type = if video { "video/mp4" } else { "image/png" };
            return Answer::status(200).body(media_type, generated_file(video).bytes);
        }
        let expected = |case_path: &str| request_path(provider, case_path, connection);
        match responses
            .iter()
            .find(|(case_path, _)| expected(case_path) == path)
        {
            Some((_, CannedResponse::Audio)) => {
                Answer::status(200).body("audio/mpeg", audio().bytes)
            }
            Some((_, CannedResponse::Json(status, value))) => {
                let url = shared_url
                    .lock()
                    .expect("no test should have panicked")
                    .clone();
                let text = value.to_string().replace(SERVER_URL, &url);
                Answer::status(*status).body("application/json", text)
            }
            None => Answer::text(404, path),
        }
    })
    .await;
    *url.lock().expect("no test should have panicked") = upstream.url();
    upstream
}

fn generated_file(video: bool) -> Media {
    if video {
        Media::new(&b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"[..], "video/mp4")
    } else {
        generated_image()
    }
}

/// Returns the path at the server. The queue of a provider has its own host, which is passed to the router in the
/// query.
fn request_path(provider: &str, path: &str, connection: Connection) -> String {
    match connection {
        Connection::Routed => format!("/{provider}{path}"),
        Connection::Direct => path.trim_end_matches("?_subdomain=queue").to_owned(),
    }
}

async fn check(case: &Case, connection: Connection) {
    let name = format!("{} for {}", case.provider, case.task);
    let upstream = start_server(case, connection).await;
    let backend = match connection {
        Connection::Routed => router_builder(&upstream).bill_to("payer"),
        Connection::Direct => direct_builder(&upstream, case.provider).bill_to("payer"),
    };
    let model = format!("org/model:{}", case.provider);
    let (answer, provider) = predict(&inference(backend), &model, case.task)
        .await
        .unwrap_or_else(|error| panic!("{name}: {error:?}"));
    let expected = match &case.output {
        ExpectedOutput::Json(value) => value.clone(),
        ExpectedOutput::File => json!(generated_file(case.task.ends_with("video"))),
        ExpectedOutput::Audio => json!(audio()),
    };
    assert_eq!(answer, expected, "{name}");
    assert_eq!(provider.as_deref(), Some(case.provider), "{name}");

    let requests = upstream.requests();
    let [lookup, request, rest @ ..] = requests.as_slice() else {
        panic!("{name}: {requests:?}");
    };
    assert_eq!(
        lookup.path,
        "/api/models/org/model?expand[]=inferenceProviderMapping"
    );
    assert_eq!(lookup.header("authorization"), format!("Bearer {TOKEN}"));
    check_request(case, request, connection);
    let polls = &case.responses[1..];
    for ((path, _), poll) in polls.iter().zip(rest) {
        assert_eq!(poll.method, Method::GET, "{name}");
        assert_eq!(
            poll.path,
            request_path(case.provider, path, connection),
            "{name}"
        );
        check_headers(case, poll, connection);
    }
    for fetched in &rest[polls.len()..] {
        assert!(
            fetched.path.starts_with(FILE_PATH) || fetched.path == "/audio",
            "{name}: {fetched:?}"
        );
        assert_eq!(fetched.header("authorization"), "", "{name}");
        assert_eq!(fetched.header("x-hf-bill-to"), "", "{name}");
    }
}

fn check_request(case: &Case, request: &RecordedRequest, connection: Connection) {
    let name = format!("{} for {}", case.provider, case.task);
    assert_eq!(request.method, Method::POST, "{name}");
    let path = request_path(case.provider, case.responses[0].0, connection);
    assert_eq!(request.path, path, "{name}");
    check_headers(case, request, connection);
    let content_type = request.header("content-type");
    match &case.body {
        Some(body) => {
            assert_eq!(content_type, "application/json", "{name}");
            assert_eq!(request.json(), *body, "{name}");
        }
        None => {
            assert!(content_type.starts_with("multipart/form-data; boundary="));
            let form = request.text();
            for part in [
                "name=\"file\"; filename=\"audio.mp3\"\r\nContent-Type: audio/mpeg\r\n\r\nID3",
                "name=\"model\"\r\n\r\nm\r\n",
                "name=\"return_timestamps\"\r\n\r\ntrue\r\n",
            ] {
                assert!(form.contains(part), "{name}: {form}");
            }
        }
    }
}

fn check_headers(case: &Case, request: &RecordedRequest, connection: Connection) {
    let name = format!("{} for {}", case.provider, case.task);
    let (authorization, payer) = match connection {
        Connection::Routed => (format!("Bearer {TOKEN}"), "payer"),
        Connection::Direct if case.provider == "fal-ai" => (format!("Key {KEY}"), ""),
        Connection::Direct => (format!("Bearer {KEY}"), ""),
    };
    assert_eq!(request.header("authorization"), authorization, "{name}");
    assert_eq!(request.header("x-hf-bill-to"), payer, "{name}");
    for (header, provider, value) in [
        ("prefer", "replicate", "wait"),
        ("accept-language", "zai-org", "en-US,en"),
        ("x-source-channel", "zai-org", "hugging_face"),
    ] {
        let expected = if provider == case.provider { value } else { "" };
        assert_eq!(request.header(header), expected, "{name}");
    }
}

async fn check_all(cases: &[Case], connection: Connection) {
    stream::iter(cases)
        .for_each_concurrent(16, |case| check(case, connection))
        .await;
}

#[tokio::test]
async fn every_task_works_through_the_router() {
    let mut cases = cases();
    // Chat uses the router's own URL, with the provider in the name of the model.
    cases.retain(|case| case.task != "chat-completion");
    check_all(&cases, Connection::Routed).await;
}

#[tokio::test]
async fn every_task_works_directly_with_a_provider_key() {
    check_all(&cases(), Connection::Direct).await;
}

#[test]
fn there_is_a_case_for_every_task() {
    let cases = cases();
    let tested: BTreeSet<_> = cases
        .iter()
        .map(|case| (case.provider, case.task))
        .collect();
    assert_eq!(tested.len(), cases.len());
    let served: BTreeSet<_> = provider_tasks()
        // `hf-inference` has its own tests, and `openai` is unknown to the Hub.
        .filter(|(provider, _)| !matches!(*provider, "hf-inference" | "openai"))
        .collect();
    assert_eq!(tested, served);
}

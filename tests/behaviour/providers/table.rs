//! Every task of every provider, through the router and straight to it.

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
    ask::{ask, sound},
    cases::{Case, Got, HERE, MADE, Said, cases},
    directly, inference, is_lookup, mapping, routed,
};

/// What a provider has made. It is of no format that is one of a picture's or of a video's alone.
pub(super) fn made() -> Media {
    Media::new(&b"\x89PNG\r\n\x1a\nmade"[..], "image/png")
}

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Routed,
    Direct,
}

/// The server: the Hub, the provider, and the place where the provider leaves what it has made.
async fn serving(case: &Case, way: Way) -> Upstream {
    let (provider, id, task) = (case.provider, case.id, case.task);
    let said = case.said.clone();
    let video = task.ends_with("video");
    // The address is known when the server is there.
    let here = Arc::new(Mutex::new(String::new()));
    let address = Arc::clone(&here);
    let upstream = Upstream::respond_with(move |request| {
        let path = request.path.as_str();
        if is_lookup(request) {
            return mapping(provider, id, task);
        }
        if path == "/sound" {
            return Answer::status(200).body("audio/mpeg", sound().bytes);
        }
        if path.starts_with(MADE) {
            let media_type = if video { "video/mp4" } else { "image/png" };
            return Answer::status(200).body(media_type, file(video).bytes);
        }
        let expected = |wanted: &str| place(provider, wanted, way);
        match said.iter().find(|(wanted, _)| expected(wanted) == path) {
            Some((_, Said::Sound)) => Answer::status(200).body("audio/mpeg", sound().bytes),
            Some((_, Said::Json(status, value))) => {
                let here = address.lock().expect("the address").clone();
                let text = value.to_string().replace(HERE, &here);
                Answer::status(*status).body("application/json", text)
            }
            None => Answer::text(404, path),
        }
    })
    .await;
    *here.lock().expect("the address") = upstream.url();
    upstream
}

fn file(video: bool) -> Media {
    if video {
        Media::new(&b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"[..], "video/mp4")
    } else {
        made()
    }
}

/// Where a path of the provider's is. Its queue has a host of its own, which the router is told in the query.
fn place(provider: &str, path: &str, way: Way) -> String {
    match way {
        Way::Routed => format!("/{provider}{path}"),
        Way::Direct => path.trim_end_matches("?_subdomain=queue").to_owned(),
    }
}

async fn check(case: &Case, way: Way) {
    let name = format!("{} for {}", case.provider, case.task);
    let upstream = serving(case, way).await;
    let backend = match way {
        Way::Routed => routed(&upstream).bill_to("payer"),
        Way::Direct => directly(&upstream, case.provider).bill_to("payer"),
    };
    let model = format!("org/model:{}", case.provider);
    let (answer, provider) = ask(&inference(backend), &model, case.task)
        .await
        .unwrap_or_else(|error| panic!("{name}: {error:?}"));
    let expected = match &case.got {
        Got::Json(value) => value.clone(),
        Got::File => json!(file(case.task.ends_with("video"))),
        Got::Sound => json!(sound()),
    };
    assert_eq!(answer, expected, "{name}");
    assert_eq!(provider.as_deref(), Some(case.provider), "{name}");

    let requests = upstream.requests();
    let [lookup, question, others @ ..] = requests.as_slice() else {
        panic!("{name}: {requests:?}");
    };
    assert_eq!(
        lookup.path,
        "/api/models/org/model?expand[]=inferenceProviderMapping"
    );
    assert_eq!(lookup.header("authorization"), format!("Bearer {TOKEN}"));
    check_question(case, question, way);
    let looks = &case.said[1..];
    for ((path, _), look) in looks.iter().zip(others) {
        assert_eq!(look.method, Method::GET, "{name}");
        assert_eq!(look.path, place(case.provider, path, way), "{name}");
        check_headers(case, look, way);
    }
    for fetched in &others[looks.len()..] {
        assert!(
            fetched.path.starts_with(MADE) || fetched.path == "/sound",
            "{name}: {fetched:?}"
        );
        assert_eq!(fetched.header("authorization"), "", "{name}");
        assert_eq!(fetched.header("x-hf-bill-to"), "", "{name}");
    }
}

fn check_question(case: &Case, question: &RecordedRequest, way: Way) {
    let name = format!("{} for {}", case.provider, case.task);
    assert_eq!(question.method, Method::POST, "{name}");
    let path = place(case.provider, case.said[0].0, way);
    assert_eq!(question.path, path, "{name}");
    check_headers(case, question, way);
    let content_type = question.header("content-type");
    match &case.body {
        Some(body) => {
            assert_eq!(content_type, "application/json", "{name}");
            assert_eq!(question.json(), *body, "{name}");
        }
        None => {
            assert!(content_type.starts_with("multipart/form-data; boundary="));
            let form = question.text();
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

fn check_headers(case: &Case, request: &RecordedRequest, way: Way) {
    let name = format!("{} for {}", case.provider, case.task);
    let (authorization, payer) = match way {
        Way::Routed => (format!("Bearer {TOKEN}"), "payer"),
        Way::Direct if case.provider == "fal-ai" => (format!("Key {KEY}"), ""),
        Way::Direct => (format!("Bearer {KEY}"), ""),
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

async fn check_all(cases: &[Case], way: Way) {
    stream::iter(cases)
        .for_each_concurrent(16, |case| check(case, way))
        .await;
}

#[tokio::test]
async fn every_task_is_asked_through_the_router() {
    let mut cases = cases();
    // Chat goes to the router's own address, where the model's name says the provider.
    cases.retain(|case| case.task != "chat-completion");
    check_all(&cases, Way::Routed).await;
}

#[tokio::test]
async fn every_task_is_asked_of_the_provider_with_its_own_key() {
    check_all(&cases(), Way::Direct).await;
}

#[test]
fn there_is_a_case_of_every_task() {
    let cases = cases();
    let tried: BTreeSet<_> = cases
        .iter()
        .map(|case| (case.provider, case.task))
        .collect();
    assert_eq!(tried.len(), cases.len());
    let served: BTreeSet<_> = provider_tasks()
        // The one has tests of its own; the other is not known to the Hub.
        .filter(|(provider, _)| !matches!(*provider, "hf-inference" | "openai"))
        .collect();
    assert_eq!(tried, served);
}

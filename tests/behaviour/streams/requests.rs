//! Requests for streams, and the events of successful streams.

use http::StatusCode;
use inference_tests::{
    client::post_text,
    upstream::{Answer, Upstream, finish_chunk, text_chunk},
};

use super::{Events, app_for};

#[tokio::test]
async fn chat_stream_is_requested_and_forwarded() {
    let body = [text_chunk("Li"), text_chunk("ma"), finish_chunk("stop")].concat();
    let upstream = Upstream::always(Answer::events(body)).await;
    let events = Events::open(&app_for(&upstream), "/chat").await;

    assert_eq!(events.status, StatusCode::OK);
    for (name, value) in [
        ("content-type", "text/event-stream"),
        ("cache-control", "no-cache"),
        ("x-accel-buffering", "no"),
        ("x-inference-source", "model"),
    ] {
        assert_eq!(events.headers[name], value, "{name}");
    }
    assert_eq!(
        events.rest().await,
        "data: Li\n\ndata: ma\n\nevent: done\ndata: {\"finish_reason\":\"stop\",\"usage\":null,\"model\":\"org/model\"}\n\n"
    );

    let request = upstream.request();
    assert_eq!(request.path, "/v1/chat/completions");
    assert_eq!(request.header("accept"), "text/event-stream");
    assert_eq!(
        request.text(),
        r#"{"model":"org/model","messages":[{"role":"user","content":"Hi"}],"stream":true}"#
    );
}

#[tokio::test]
async fn text_generation_stream_uses_the_route_of_the_model() {
    let body = "data:{\"index\":1,\"token\":{\"id\":1,\"text\":\" there\",\"logprob\":-0.1,\"special\":false},\"generated_text\":null,\"details\":null}\n\n\
        data:{\"index\":2,\"token\":{\"id\":2,\"text\":\"</s>\",\"logprob\":-0.1,\"special\":true},\"generated_text\":\" there\",\"details\":{\"finish_reason\":\"eos_token\",\"generated_tokens\":2,\"input_length\":1,\"seed\":null}}\n\n";
    let upstream = Upstream::always(Answer::events(body)).await;
    let events = Events::open(&app_for(&upstream), "/generate").await;
    assert_eq!(
        events.rest().await,
        "data:  there\n\nevent: done\ndata: {\"finish_reason\":\"eos_token\",\"usage\":{\"input_tokens\":1,\"output_tokens\":2},\"model\":\"org/model\"}\n\n"
    );
    let request = upstream.request();
    assert_eq!(request.path, "/hf-inference/models/org/model");
    assert_eq!(request.text(), r#"{"inputs":"Hi","stream":true}"#);
}

#[tokio::test]
async fn handler_can_collect_the_stream() {
    let body = [
        text_chunk("Li"),
        text_chunk("ma"),
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\n"
            .to_owned(),
        finish_chunk("length"),
    ]
    .concat();
    let upstream = Upstream::always(Answer::events(body)).await;
    let reply = post_text(&app_for(&upstream), "/collected", "Hi").await;
    assert_eq!(reply.text(), "Lima Some(\"length\") true");
}

#[tokio::test]
async fn newlines_in_a_chunk_are_preserved() {
    let body = [text_chunk("a\n"), text_chunk("\nb"), finish_chunk("stop")].concat();
    let upstream = Upstream::always(Answer::events(body)).await;
    let mut events = Events::open(&app_for(&upstream), "/chat").await;
    assert_eq!(events.next().await.as_deref(), Some("data: a\ndata: \n\n"));
    assert_eq!(events.next().await.as_deref(), Some("data: \ndata: b\n\n"));
}

#[tokio::test]
async fn every_recorded_stream_variant_is_accepted() {
    let chunk = |text: &str| text_chunk(text);
    for (name, body) in [
        ("without [DONE]", [chunk("Lima"), "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n".to_owned()].concat()),
        ("without the last empty line", [chunk("Lima"), "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}".to_owned()].concat()),
        ("[DONE] without a finish reason", [chunk("Lima"), "data: [DONE]\n\n".to_owned()].concat()),
        ("comments", [": FEATHERLESS PROCESSING\n\n".to_owned(), chunk("Lima"), ": ping\n\n".to_owned(), finish_chunk("stop")].concat()),
        ("carriage returns", [chunk("Lima"), finish_chunk("stop")].concat().replace('\n', "\r\n")),
        ("without a space after the colon", [chunk("Lima"), finish_chunk("stop")].concat().replace("data: ", "data:")),
        ("more after [DONE]", [chunk("Lima"), finish_chunk("stop"), chunk(" not this")].concat()),
        ("usage after the finish reason", [chunk("Lima"), "data: {\"choices\":[{\"delta\":{\"content\":null},\"finish_reason\":\"stop\"}],\"usage\":null}\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n\n".to_owned()].concat()),
    ] {
        for media_type in ["text/event-stream", "Text/Event-Stream; charset=utf-8; charset=utf-8"] {
            let answer = Answer::status(200).body(media_type, body.clone());
            let upstream = Upstream::always(answer).await;
            let events = Events::open(&app_for(&upstream), "/chat").await.rest().await;
            let (text, done) = events.split_once("event: done\n").unwrap_or_else(|| panic!("{name}: {events}"));
            assert_eq!(text, "data: Lima\n\n", "{name}");
            assert!(done.contains("\"model\":\"org/model\""), "{name}");
        }
    }
}

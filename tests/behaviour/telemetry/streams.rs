use futures_util::StreamExt;
use inference_runtime::{
    __private::{Model, Operation, Spec},
    Inference, Receive,
    backend::HuggingFace,
    prelude::TextStream,
    task::ChatCompletion,
};
use inference_tests::{
    scrape::Scrape,
    spans::Spans,
    upstream::{Answer, Upstream, finish_chunk, text_chunk},
};

static MODELS: [Model; 1] = [Model::new("hf", "org/llama", "")];
static CHAT: Operation<ChatCompletion> = Operation::new(Spec::new("telemetry::stream", &MODELS));

async fn upstream() -> (Upstream, Inference) {
    let usage = r#"{"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2}}"#;
    let usage = format!("data: {usage}\n\n");
    let events = [
        text_chunk("Good "),
        text_chunk("morning."),
        usage,
        finish_chunk("stop"),
    ]
    .concat();
    let upstream = Upstream::always(Answer::events(events)).await;
    let backend = HuggingFace::builder()
        .token("hf_a_token")
        .base_url(upstream.url())
        .build()
        .expect("the backend should build");
    let inference = Inference::builder().backend("hf", backend).build();
    (upstream, inference.expect("the runtime should build"))
}

#[tokio::test]
async fn stream_span_closes_when_the_stream_ends() {
    let (spans, scrape) = (Spans::capture(), Scrape::default());
    let _guard = scrape.install();
    let (_upstream, inference) = upstream().await;
    let mut stream = TextStream::receive(CHAT.call(&inference, "hello"))
        .await
        .expect("the stream should not fail");
    let open = spans.prediction();
    assert!(!open.closed, "{open:#?}");
    assert_eq!(open.field("gen_ai.request.stream"), "true");
    let first: f64 = open
        .field("gen_ai.response.time_to_first_chunk")
        .parse()
        .expect("the field should be a number of seconds");
    assert!(first > 0.0);
    assert_eq!(
        scrape.sum("inference_requests_total", &[]),
        None,
        "the stream has not ended"
    );
    assert_eq!(
        stream
            .collect_text()
            .await
            .expect("the text should be complete"),
        "Good morning."
    );
    drop(stream);
    let span = spans.prediction();
    assert!(span.closed, "{span:#?}");
    assert_eq!(span.field("inference.source"), "model");
    assert_eq!(span.field("gen_ai.response.finish_reasons"), r#"["stop"]"#);
    assert_eq!(span.field("gen_ai.usage.input_tokens"), "7");
    assert_eq!(span.field("error.type"), "");

    let operation = r#"operation="telemetry::stream""#;
    let requests = [operation, r#"source="model""#, r#"error_type="""#];
    assert_eq!(scrape.sum("inference_requests_total", &requests), Some(1.0));
    let first = "inference_time_to_first_chunk_seconds_count";
    assert_eq!(
        scrape.sum(first, &[operation, r#"model="org/llama""#]),
        Some(1.0)
    );
    for (kind, tokens) in [("input", 7.0), ("output", 2.0)] {
        let kind = format!("type=\"{kind}\"");
        assert_eq!(
            scrape.sum("inference_tokens_total", &[operation, &kind]),
            Some(tokens)
        );
    }
}

#[tokio::test]
async fn dropped_stream_records_a_cancelled_span() {
    let (spans, scrape) = (Spans::capture(), Scrape::default());
    let _guard = scrape.install();
    let (live, answer) = Answer::live();
    let upstream = Upstream::always(answer).await;
    let backend = HuggingFace::builder()
        .token("hf_a_token")
        .base_url(upstream.url())
        .build()
        .expect("the backend should build");
    let inference = Inference::builder()
        .backend("hf", backend)
        .build()
        .expect("the runtime should build");
    let opening = TextStream::receive(CHAT.call(&inference, "hello"));
    let (stream, ()) = tokio::join!(opening, live.send_text("Good "));
    let mut stream = stream.expect("the stream should not fail");
    stream
        .next()
        .await
        .expect("there should be a chunk")
        .expect("the chunk should be text");
    drop(stream);
    let span = spans.prediction();
    assert!(span.closed, "{span:#?}");
    assert_eq!(span.field("error.type"), "cancelled");
    let cancelled = [r#"source="model""#, r#"error_type="cancelled""#];
    assert_eq!(
        scrape.sum("inference_requests_total", &cancelled),
        Some(1.0)
    );
}

use inference_runtime::{
    ErrorKind, Inference, InferenceError,
    backend::{HuggingFace, Request, from_fn},
};
use inference_tests::{
    client::post_text,
    models::{failing, labels, sentiment},
    spans::Spans,
    upstream::{Answer, Upstream},
};
use tokio::sync::oneshot;
use tracing::Instrument;

use super::{app, chat_model, reporting_usage, serve};

#[tokio::test]
async fn prediction_span_has_opentelemetry_fields() {
    let spans = Spans::capture();
    let app = app(reporting_usage());
    let request = tracing::info_span!("request");
    post_text(&app, "/cached", "good").instrument(request).await;
    let span = spans.prediction();
    for (field, value) in [
        ("otel.name", "text-classification org/moods"),
        ("otel.kind", "client"),
        ("gen_ai.operation.name", "text-classification"),
        ("gen_ai.provider.name", "huggingface"),
        ("gen_ai.request.model", "org/moods"),
        ("gen_ai.response.model", "org/moods-v2"),
        ("gen_ai.usage.input_tokens", "3"),
        ("gen_ai.usage.output_tokens", "5"),
        ("inference.operation", "telemetry::cached"),
        ("inference.task", "text-classification"),
        ("inference.source", "model"),
        ("inference.provider", "groq"),
        ("inference.cache", "miss"),
        ("error.type", ""),
        ("otel.status_code", ""),
    ] {
        assert_eq!(span.field(field), value, "{field}");
    }
    assert!(span.closed && span.has_parent, "{span:#?}");
}

#[tokio::test]
async fn cache_hit_records_no_token_usage() {
    let spans = Spans::capture();
    let app = app(reporting_usage());
    post_text(&app, "/cached", "good").await;
    post_text(&app, "/cached", "good").await;
    let hit = &spans.named("prediction")[1];
    assert_eq!(hit.field("inference.source"), "cache");
    assert_eq!(hit.field("inference.cache"), "hit");
    assert_eq!(hit.field("gen_ai.response.model"), "org/moods-v2");
    assert_eq!(hit.field("gen_ai.usage.input_tokens"), "");
    assert!(
        hit.field("inference.age").parse::<f64>().is_ok(),
        "{hit:#?}"
    );
}

#[tokio::test]
async fn chat_span_records_the_finish_reason() {
    let spans = Spans::capture();
    let reply = post_text(&app(chat_model("Hello.")), "/chat", "hello").await;
    assert_eq!(reply.text(), "Hello.");
    let span = spans.prediction();
    assert_eq!(span.field("otel.name"), "chat org/llama");
    assert_eq!(span.field("gen_ai.operation.name"), "chat");
    assert_eq!(span.field("gen_ai.response.finish_reasons"), r#"["stop"]"#);
}

#[tokio::test]
async fn failed_span_records_the_error_kind_and_the_fallback_source() {
    let spans = Spans::capture();
    let failure = || InferenceError::new(ErrorKind::Overloaded, "busy");
    post_text(&app(failing(failure()).1), "/cached", "good").await;
    post_text(&app(failing(failure()).1), "/chain", "good").await;
    let all = spans.named("prediction");
    for span in &all {
        assert_eq!(span.field("otel.status_code"), "ERROR");
        assert!(span.closed);
    }
    assert_eq!(all[0].field("error.type"), "overloaded");
    assert_eq!(all[0].field("inference.source"), "error");
    // The last backend of the chain is not registered, but the failure of the first model is reported.
    assert_eq!(all[1].field("error.type"), "overloaded");
    assert_eq!(all[1].field("inference.source"), "fallback");
}

#[tokio::test]
async fn output_rejected_by_the_delivery_fails_the_span() {
    let spans = Spans::capture();
    let text_model = from_fn(|_: Request| async { Ok(serde_json::json!("no number")) });
    post_text(&app(text_model), "/number", "how many?").await;
    let span = spans.prediction();
    assert_eq!(span.field("inference.source"), "model");
    assert_eq!(span.field("error.type"), "unexpected_output");
    assert!(span.closed);
}

#[tokio::test]
async fn dropped_request_records_a_cancelled_span() {
    let spans = Spans::capture();
    let hanging = from_fn(|_: Request| std::future::pending::<Result<serde_json::Value, _>>());
    let app = app(hanging);
    {
        let mut request = std::pin::pin!(post_text(&app, "/chat", "hello"));
        assert!(futures_util::poll!(request.as_mut()).is_pending());
    }
    let span = spans.prediction();
    assert_eq!(span.field("error.type"), "cancelled");
    assert_eq!(span.field("inference.source"), "error");
    assert!(span.closed);
}

#[tokio::test]
async fn span_records_the_server_address() {
    let spans = Spans::capture();
    let upstream = Upstream::always(Answer::json(&labels(&[("POSITIVE", 0.9)]))).await;
    let backend = HuggingFace::builder()
        .token("hf_a_token")
        .base_url(upstream.url())
        .build()
        .expect("the backend should build");
    let inference = Inference::builder().backend("hf", backend).build();
    post_text(
        &serve(&inference.expect("the runtime should build")),
        "/cached",
        "good",
    )
    .await;
    assert_eq!(spans.prediction().field("server.address"), "127.0.0.1");
}

#[tokio::test(start_paused = true)]
async fn refresh_has_its_own_span_after_the_prediction_span_closes() {
    use std::sync::Mutex;

    use inference_runtime::{
        __private::{Model, Operation, Spec},
        Receive,
        prelude::Label,
        task::TextClassification,
    };

    static MODELS: [Model; 1] = [Model::new("hf", "org/moods", "")];
    static REVALIDATED: Operation<TextClassification> = Operation::new(
        Spec::new("telemetry::revalidated", &MODELS)
            .cache(1_000)
            .stale_while_revalidate(60_000),
    );

    let spans = Spans::capture();
    let (finish_refresh, refresh_permit) = oneshot::channel::<()>();
    let refresh_permit = Mutex::new(Some(refresh_permit));
    let first = Mutex::new(true);
    let backend = from_fn(move |_: Request| {
        let first = std::mem::take(&mut *first.lock().expect("no test should have panicked"));
        let refresh_permit = refresh_permit
            .lock()
            .expect("no test should have panicked")
            .take_if(|_| !first);
        async move {
            if let Some(refresh_permit) = refresh_permit {
                let _ = refresh_permit.await;
            }
            Ok(labels(&[("POSITIVE", 0.9)]))
        }
    });
    let inference = Inference::builder()
        .backend("hf", backend)
        .build()
        .expect("the runtime should build");
    let call = || async {
        let label = Label::receive(REVALIDATED.call(&inference, "good")).await;
        label.expect("the call should succeed");
    };
    call().await;
    tokio::time::advance(std::time::Duration::from_secs(2)).await;
    call().await;
    tokio::task::yield_now().await;
    let served = &spans.named("prediction")[1];
    assert_eq!(served.field("inference.source"), "stale");
    assert!(served.closed, "{served:#?}");
    let refresh = &spans.named("refresh")[0];
    assert!(
        refresh.follows_from && !refresh.has_parent && !refresh.closed,
        "{refresh:#?}"
    );
    finish_refresh
        .send(())
        .expect("the refresh should be waiting");
    inference
        .shutdown(std::time::Duration::from_secs(1))
        .await
        .expect("the refresh should end in time");
    let refresh = &spans.named("refresh")[0];
    assert!(refresh.closed, "{refresh:#?}");
    assert_eq!(refresh.field("inference.source"), "model");
}

#[tokio::test]
async fn several_inputs_share_one_prediction_span() {
    use inference_runtime::{
        __private::{Model, Operation, Spec},
        Receive,
        prelude::{Each, Label},
        task::TextClassification,
    };

    static MODELS: [Model; 1] = [Model::new("hf", "org/moods", "")];
    static EACH: Operation<TextClassification> =
        Operation::new(Spec::new("telemetry::each", &MODELS));

    let spans = Spans::capture();
    let inference = inference_tests::models::runtime(sentiment().1);
    let call = EACH.call_each(&inference, ["good", "bad"]);
    Each::<Label>::receive(call)
        .await
        .expect("the call should succeed");
    let span = spans.prediction();
    assert_eq!(span.field("inference.items"), "2");
    assert_eq!(span.field("inference.source"), "model");
    assert!(span.closed);
}

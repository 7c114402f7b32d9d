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

use super::{app, counting, saying, serve};

#[tokio::test]
async fn a_prediction_has_a_span_with_opentelemetrys_names() {
    let spans = Spans::capture();
    let app = app(counting());
    let request = tracing::info_span!("request");
    post_text(&app, "/kept", "good").instrument(request).await;
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
        ("inference.operation", "telemetry::kept"),
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
async fn an_answer_out_of_the_cache_used_no_tokens() {
    let spans = Spans::capture();
    let app = app(counting());
    post_text(&app, "/kept", "good").await;
    post_text(&app, "/kept", "good").await;
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
async fn a_chat_says_why_it_ended() {
    let spans = Spans::capture();
    let reply = post_text(&app(saying("Hello.")), "/chat", "hello").await;
    assert_eq!(reply.text(), "Hello.");
    let span = spans.prediction();
    assert_eq!(span.field("otel.name"), "chat org/llama");
    assert_eq!(span.field("gen_ai.operation.name"), "chat");
    assert_eq!(span.field("gen_ai.response.finish_reasons"), r#"["stop"]"#);
}

#[tokio::test]
async fn a_failure_has_its_kind_and_the_fallback_is_a_source() {
    let spans = Spans::capture();
    let down = || InferenceError::new(ErrorKind::Overloaded, "busy");
    post_text(&app(failing(down()).1), "/kept", "good").await;
    post_text(&app(failing(down()).1), "/chain", "good").await;
    let all = spans.named("prediction");
    for span in &all {
        assert_eq!(span.field("otel.status_code"), "ERROR");
        assert!(span.closed);
    }
    assert_eq!(all[0].field("error.type"), "overloaded");
    assert_eq!(all[0].field("inference.source"), "error");
    // The last of the chain is not there, but what the first did says more.
    assert_eq!(all[1].field("error.type"), "overloaded");
    assert_eq!(all[1].field("inference.source"), "fallback");
}

#[tokio::test]
async fn an_answer_that_the_handler_cannot_use_is_a_failure_of_its_span() {
    let spans = Spans::capture();
    let words = from_fn(|_: Request| async { Ok(serde_json::json!("no number")) });
    post_text(&app(words), "/number", "how many?").await;
    let span = spans.prediction();
    assert_eq!(span.field("inference.source"), "model");
    assert_eq!(span.field("error.type"), "unexpected_output");
    assert!(span.closed);
}

#[tokio::test]
async fn who_goes_away_has_cancelled_the_prediction() {
    let spans = Spans::capture();
    let hanging = from_fn(|_: Request| std::future::pending::<Result<serde_json::Value, _>>());
    let app = app(hanging);
    {
        let mut asked = std::pin::pin!(post_text(&app, "/chat", "hello"));
        assert!(futures_util::poll!(asked.as_mut()).is_pending());
    }
    let span = spans.prediction();
    assert_eq!(span.field("error.type"), "cancelled");
    assert_eq!(span.field("inference.source"), "error");
    assert!(span.closed);
}

#[tokio::test]
async fn the_server_is_named_where_the_backend_knows_it() {
    let spans = Spans::capture();
    let upstream = Upstream::always(Answer::json(&labels(&[("POSITIVE", 0.9)]))).await;
    let backend = HuggingFace::builder()
        .token("hf_a_token")
        .base_url(upstream.url())
        .build()
        .expect("a backend");
    let inference = Inference::builder().backend("hf", backend).build();
    post_text(&serve(&inference.expect("a runtime")), "/kept", "good").await;
    assert_eq!(spans.prediction().field("server.address"), "127.0.0.1");
}

#[tokio::test(start_paused = true)]
async fn a_refresh_is_a_span_of_its_own_that_its_prediction_does_not_wait_for() {
    use std::sync::Mutex;

    use inference_runtime::{
        __private::{Model, Operation, Spec},
        Receive,
        prelude::Label,
        task::TextClassification,
    };

    static MODELS: [Model; 1] = [Model::new("hf", "org/moods", "")];
    static OLD: Operation<TextClassification> = Operation::new(
        Spec::new("telemetry::old", &MODELS)
            .cache(1_000)
            .stale_while_revalidate(60_000),
    );

    let spans = Spans::capture();
    let (land, landing) = oneshot::channel::<()>();
    let landing = Mutex::new(Some(landing));
    let first = Mutex::new(true);
    let backend = from_fn(move |_: Request| {
        let first = std::mem::take(&mut *first.lock().expect("no panic"));
        let landing = landing.lock().expect("no panic").take_if(|_| !first);
        async move {
            if let Some(landing) = landing {
                let _ = landing.await;
            }
            Ok(labels(&[("POSITIVE", 0.9)]))
        }
    });
    let inference = Inference::builder()
        .backend("hf", backend)
        .build()
        .expect("a runtime");
    let ask = || async {
        let label = Label::receive(OLD.call(&inference, "good")).await;
        label.expect("an answer");
    };
    ask().await;
    tokio::time::advance(std::time::Duration::from_secs(2)).await;
    ask().await;
    tokio::task::yield_now().await;
    let served = &spans.named("prediction")[1];
    assert_eq!(served.field("inference.source"), "stale");
    assert!(served.closed, "{served:#?}");
    let refresh = &spans.named("refresh")[0];
    assert!(
        refresh.follows_from && !refresh.has_parent && !refresh.closed,
        "{refresh:#?}"
    );
    land.send(()).expect("the refresh waits");
    inference
        .shutdown(std::time::Duration::from_secs(1))
        .await
        .expect("in time");
    let refresh = &spans.named("refresh")[0];
    assert!(refresh.closed, "{refresh:#?}");
    assert_eq!(refresh.field("inference.source"), "model");
}

#[tokio::test]
async fn several_inputs_are_one_prediction() {
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
    Each::<Label>::receive(call).await.expect("answers");
    let span = spans.prediction();
    assert_eq!(span.field("inference.items"), "2");
    assert_eq!(span.field("inference.source"), "model");
    assert!(span.closed);
}

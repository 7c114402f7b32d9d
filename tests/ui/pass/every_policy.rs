use inference_runtime::prelude::*;

#[infer(
    model = ["org/name", "local::sentiment"],
    task = "text-classification",
    cache(
        ttl = "5m",
        stale_if_error = "1h",
        stale_while_revalidate = "1m",
        client_control = true,
        single_flight = "cluster",
        scope = text.len(),
        key = text
    ),
    timeout = "3s",
    retry(attempts = 3, backoff = "100ms", max_backoff = "2s", attempt_timeout = "1s"),
    circuit_breaker(failures = 5, reset = "30s"),
    rate_limit = "100/s",
    concurrency = 16,
    hedge = "300ms",
    allow(
        model = ["org/*", "local::sentiment"],
        timeout = "1s..=10s",
        max_input,
        cache = "..=1h",
        retry = 0..=3,
        attempt_timeout = "500ms..",
        circuit_breaker,
        rate_limit,
        concurrency = 1..65,
        hedge,
    ),
)]
async fn all(text: String, #[prediction] label: Option<Label>) -> String {
    format!("{label:?}")
}

#[infer(
    model = "org/name",
    task = "text-classification",
    cache(ttl = "5m", client_control = false, single_flight = "process"),
    retry = 0,
    attempt_timeout = false,
    circuit_breaker = false,
    rate_limit = false,
    concurrency = false,
    hedge = false,
    allow(),
)]
async fn none(text: String, #[prediction] label: Option<Label>) -> String {
    format!("{label:?}")
}

// An argument of a prediction replaces the function's default, whatever the other defaults of the function are.
#[infer(
    model = "org/name",
    task = "text-classification",
    timeout = "10s",
    retry(attempts = 4, attempt_timeout = "5s"),
    hedge = "1s",
    fallback = Label::new("NEUTRAL", 0.0)
)]
async fn several(
    text: String,
    #[prediction(input = text)] plain: Label,
    #[prediction(input = text, name = "short", timeout = "2s", attempt_timeout = "1500ms")] short: Label,
    #[prediction(input = text, name = "once", timeout = "3s", retry = false)] once: Label,
    #[prediction(
        input = text,
        name = "twice",
        retry(attempt_timeout = "8s"),
        circuit_breaker = true,
        rate_limit = "30/min",
        cache = false,
        allow(model, retry = ..=3, cache = "1m..=1h", hedge = "..=2s")
    )]
    twice: Label,
) -> String {
    format!("{plain:?} {short:?} {once:?} {twice:?}")
}

#[infer(model = "org/name", prompt = "{text}", retry = 2, rate_limit = "5/10s")]
async fn streamed(text: String, #[prediction] reply: Option<TextStream>) -> Option<TextStream> {
    reply
}

// A default `hedge` applies to the prediction that is not a stream.
#[infer(model = "org/name", prompt = "{text}", hedge = "300ms")]
async fn both(
    text: String,
    #[prediction] reply: Option<TextStream>,
    #[prediction(prompt = "Title: {text}")] title: Option<String>,
) -> Option<TextStream> {
    drop(title);
    reply
}

fn main() {
    let _ = (all, none, several, streamed, both);
}

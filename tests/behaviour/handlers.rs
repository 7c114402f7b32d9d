//! The handler's own code is untouched, whatever it looks like.

use std::{fmt::Display, sync::Arc};

use axum::{
    Extension, Json, Router,
    body::Body,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use http::{HeaderMap, Request, StatusCode};
use inference_runtime::{
    Backend,
    backend::{Request as ModelRequest, from_fn},
    prelude::*,
};
use inference_tests::{
    client::{post_json, post_text, send},
    models::{failing, labels, runtime, sentiment},
};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Barrier;

#[derive(Deserialize)]
struct Review {
    text: String,
}

/// Documentation, other attributes, `State`, headers, `impl IntoResponse`, early return.
#[infer(model = "org/model", task = "text-classification", input = review.text, fallback = Label::new("NONE", 0.0))]
#[axum::debug_handler(state = Arc<str>)]
async fn ordinary(
    State(state): State<Arc<str>>,
    headers: HeaderMap,
    #[prediction] mut label: Label,
    Json(review): Json<Review>,
) -> impl IntoResponse {
    if headers.contains_key("x-away") {
        return Redirect::to("/elsewhere").into_response();
    }
    label.label.push_str(&format!(" {state} {}", review.text));
    (StatusCode::CREATED, label.label).into_response()
}

#[tokio::test]
async fn extractors_state_and_early_return_work() {
    let (calls, backend) = sentiment();
    let app = Router::new()
        .route("/", post(ordinary))
        .layer(runtime(backend).layer())
        .with_state(Arc::<str>::from("state"));
    let reply = post_json(&app, "/", &json!({"text": "good"})).await;
    assert_eq!(
        (reply.status.as_u16(), reply.text()),
        (201, "POSITIVE state good")
    );

    let request = Request::post("/")
        .header("content-type", "application/json")
        .header("x-away", "1");
    let reply = send(
        &app,
        request
            .body(Body::from(r#"{"text": "x"}"#))
            .expect("a request"),
    )
    .await;
    assert_eq!(reply.status, 303);

    let rejected = post_json(&app, "/", &json!({"txt": "good"})).await;
    assert_eq!(rejected.status, 422);
    assert_eq!(calls.count(), 2, "a body that axum refuses asks no model");
}

#[derive(Debug)]
enum AppError {
    Inference(InferenceError),
    Other(&'static str),
}

impl From<InferenceError> for AppError {
    fn from(error: InferenceError) -> Self {
        Self::Inference(error)
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        match self {
            Self::Inference(error) => {
                (StatusCode::IM_A_TEAPOT, error.kind().to_string()).into_response()
            }
            Self::Other(why) => (StatusCode::CONFLICT, why).into_response(),
        }
    }
}

type AppResult<T> = Result<T, AppError>;

fn check(text: &str) -> Result<&str, &'static str> {
    if text.contains("odd") {
        Err("odd")
    } else {
        Ok(text)
    }
}

#[infer(model = "org/model", task = "text-classification")]
async fn with_own_error(text: String, #[prediction] label: Label) -> AppResult<String> {
    let text = check(&text).map_err(AppError::Other)?;
    Ok(format!("{} {text}", label.label))
}

#[tokio::test]
async fn an_error_of_ones_own_is_made_of_ours() {
    let app = Router::new()
        .route("/", post(with_own_error))
        .layer(runtime(sentiment().1).layer());
    assert_eq!(post_text(&app, "/", "good").await.text(), "POSITIVE good");
    assert_eq!(post_text(&app, "/", "odd").await.status, 409);

    let down = failing(InferenceError::new(ErrorKind::Overloaded, "busy")).1;
    let app = Router::new()
        .route("/", post(with_own_error))
        .layer(runtime(down).layer());
    let reply = post_text(&app, "/", "good").await;
    assert_eq!((reply.status.as_u16(), reply.text()), (418, "overloaded"));
}

#[derive(Deserialize)]
struct Asked {
    text: String,
    k: Option<u32>,
}

#[infer(model = "org/model", task = "text-classification", input = asked.text, parameters(top_k = asked.k))]
async fn from_a_query(
    Query(asked): Query<Asked>,
    #[prediction] labels: Vec<Label>,
) -> Result<String, InferenceError> {
    Ok(labels.len().to_string())
}

#[infer(model = "org/model", task = "text-classification", fallback = Label::new("NONE", 0.0))]
async fn from_a_path(Path(text): Path<String>, #[prediction] label: Label) -> String {
    label.label
}

#[infer(model = "org/model", task = "text-classification", fallback = Label::new("NONE", 0.0))]
async fn from_a_whole_path(text: Path<String>, #[prediction] label: Label) -> String {
    label.label
}

#[tokio::test]
async fn the_input_is_found_behind_extractors() {
    let app = Router::new()
        .route("/query", get(from_a_query))
        .route("/path/{text}", get(from_a_path))
        .route("/whole/{text}", get(from_a_whole_path))
        .layer(runtime(sentiment().1).layer());
    let get = |path: &str| Request::get(path).body(Body::empty()).expect("a request");
    assert_eq!(send(&app, get("/query?text=good&k=1")).await.text(), "2");
    assert_eq!(send(&app, get("/path/good")).await.text(), "POSITIVE");
    assert_eq!(send(&app, get("/whole/bad")).await.text(), "NEGATIVE");
}

#[infer(model = "org/model", task = "text-classification", input = text.to_string(), fallback = Label::new("NONE", 0.0))]
async fn generic<T>(Extension(text): Extension<T>, #[prediction] label: Label) -> String
where
    T: Display + Clone + Send + Sync + 'static,
{
    format!("{text}: {}", label.label)
}

#[tokio::test]
async fn a_generic_handler_stays_generic() {
    let app: Router = Router::new()
        .route("/", get(generic::<&'static str>))
        .layer(Extension("good"))
        .layer(runtime(sentiment().1).layer());
    let reply = send(
        &app,
        Request::get("/").body(Body::empty()).expect("a request"),
    )
    .await;
    assert_eq!(reply.text(), "good: POSITIVE");
}

/// Not a handler at all: the runtime comes from elsewhere.
struct Worker {
    inference: Inference,
    prefix: String,
}

impl Worker {
    #[infer(
        model = "org/model",
        task = "text-classification",
        input = text,
        runtime = self.inference,
    )]
    async fn judge(
        &self,
        text: &str,
        #[prediction] label: Label,
    ) -> Result<String, InferenceError> {
        Ok(format!("{}{}", self.prefix, label.label))
    }
}

#[infer(model = "org/model", task = "text-classification", input = text, runtime = *inference)]
async fn free(
    inference: &Inference,
    text: &str,
    #[prediction] label: Label,
) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[infer(model = "org/model", task = "text-classification")]
async fn plain(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[tokio::test]
async fn methods_and_plain_functions_take_their_runtime_from_an_expression() {
    let inference = runtime(sentiment().1);
    let worker = Worker {
        inference: inference.clone(),
        prefix: "> ".to_owned(),
    };
    assert_eq!(worker.judge("good").await.expect("an answer"), "> POSITIVE");
    assert_eq!(
        free(&inference, "bad").await.expect("an answer"),
        "NEGATIVE"
    );
    // A handler is an ordinary function that takes the runtime first.
    assert_eq!(
        plain(inference, "good".to_owned())
            .await
            .expect("an answer"),
        "POSITIVE"
    );
}

#[infer(task = "text-classification", fallback = Label::new("NONE", 0.0))]
async fn two(
    text: String,
    #[prediction(model = "org/mood")] mood: Label,
    #[prediction(model = "org/topic", fallback = |error| Label::new(error.kind().as_str(), 0.0))]
    topic: Prediction<Label>,
) -> String {
    format!("{} {}", mood.label, topic.label)
}

/// Answers once both models have been asked: in turn they would wait for ever.
fn both(barrier: Arc<Barrier>) -> impl Backend {
    from_fn(move |request: ModelRequest| {
        let barrier = Arc::clone(&barrier);
        async move {
            barrier.wait().await;
            match request.model() {
                "org/mood" => Ok(labels(&[("joy", 0.9)])),
                _ => Err(InferenceError::new(ErrorKind::RateLimited, "slow down")),
            }
        }
    })
}

#[tokio::test]
async fn several_predictions_run_at_the_same_time() {
    let inference = runtime(both(Arc::new(Barrier::new(2))));
    let app = Router::new().route("/", post(two)).layer(inference.layer());
    let reply = post_text(&app, "/", "some text").await;
    assert_eq!(reply.text(), "joy rate_limited");
    assert_eq!(reply.header("x-inference-source"), "model, fallback");
    assert_eq!(reply.headers.get_all("server-timing").iter().count(), 1);
    assert!(
        reply.header("server-timing").contains("two::mood")
            && reply.header("server-timing").contains("two::topic")
    );
}

#[infer(
    model = "org/model",
    task = "text-classification",
    input = text,
    fallback = {
        let owned: String = text;
        Label::new(slowly(owned).await, 0.0)
    },
)]
async fn fallback_moves_and_awaits(text: String, #[prediction] label: Label) -> String {
    label.label
}

async fn slowly(text: String) -> String {
    tokio::task::yield_now().await;
    format!("about {text}")
}

#[infer(
    model = "org/model",
    task = "text-classification",
    fallback = |error| return format!("left with {}", error.kind()),
)]
async fn fallback_leaves(text: String, #[prediction] label: Label) -> String {
    label.label
}

#[tokio::test]
async fn a_fallback_may_do_what_the_body_may() {
    let down = || failing(InferenceError::new(ErrorKind::Overloaded, "busy")).1;
    let app = Router::new()
        .route("/moves", post(fallback_moves_and_awaits))
        .route("/leaves", post(fallback_leaves))
        .layer(runtime(down()).layer());
    assert_eq!(post_text(&app, "/moves", "cats").await.text(), "about cats");
    assert_eq!(
        post_text(&app, "/leaves", "cats").await.text(),
        "left with overloaded"
    );
}

#[infer(
    model = "org/model",
    task = "text-classification",
    max_input = "8B",
    name = "small"
)]
async fn small(
    #[cfg(any())] absent: (),
    text: String,
    #[prediction] label: Label,
) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[tokio::test]
async fn an_input_above_its_bound_is_refused_before_any_call() {
    let (calls, backend) = sentiment();
    let app = Router::new()
        .route("/", post(small))
        .layer(runtime(backend).layer());
    assert_eq!(post_text(&app, "/", "12345678").await.status, 200);
    let reply = post_text(&app, "/", "123456789").await;
    assert_eq!(
        (reply.status.as_u16(), reply.problem()),
        (413, "input_too_large".to_owned())
    );
    assert_eq!(calls.count(), 1);
}

#[tokio::test]
async fn every_operation_of_the_program_is_listed() {
    let operations = Inference::operations();
    let find = |name: &str| {
        let operation = operations.iter().find(|operation| operation.name() == name);
        operation.map(|operation| operation.spec())
    };
    let small = find("small").expect("named by `name`");
    assert_eq!(
        (small.task(), small.max_input_bytes()),
        ("text-classification", Some(8))
    );
    assert!(!small.has_fallback());
    let mood =
        find("behaviour::handlers::two::mood").expect("named by module, function and parameter");
    assert_eq!(mood.models()[0].name(), "org/mood");
    assert!(mood.has_fallback());
    assert!(
        find("behaviour::handlers::plain").is_some(),
        "named by module and function"
    );
}

#[tokio::test]
async fn a_router_without_the_layer_says_what_is_missing() {
    let app: Router = Router::new().route("/", post(small));
    let reply = post_text(&app, "/", "good").await;
    assert_eq!(
        (reply.status.as_u16(), reply.problem()),
        (500, "not_configured".to_owned())
    );
}

#[tokio::test]
async fn the_runtime_counts_what_it_answered() {
    let inference = runtime(sentiment().1);
    let app = Router::new()
        .route("/", post(ordinary))
        .layer(inference.layer())
        .with_state(Arc::<str>::from(""));
    post_json(&app, "/", &json!({"text": "good"})).await;
    let statistics = inference.statistics();
    assert_eq!(
        (statistics.model(), statistics.cache(), statistics.failed()),
        (1, 0, 0)
    );
}

#[tokio::test]
async fn headers_of_the_handler_stay() {
    #[infer(model = "org/model", task = "text-classification", cache = "1m", fallback = Label::new("NONE", 0.0))]
    async fn own_headers(text: String, #[prediction] label: Label) -> impl IntoResponse {
        (
            [("server-timing", "mine;dur=1"), ("age", "99")],
            label.label,
        )
    }
    let app = Router::new()
        .route("/", post(own_headers))
        .layer(runtime(sentiment().1).layer());
    post_text(&app, "/", "good").await;
    let reply = post_text(&app, "/", "good").await;
    assert_eq!(reply.header("age"), "99");
    assert_eq!(reply.headers.get_all("server-timing").iter().count(), 2);
}

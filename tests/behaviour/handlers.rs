//! The macro leaves the handler's own code unchanged.

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

/// Uses documentation, other attributes, `State`, headers, `impl IntoResponse` and an early return.
#[infer(model = "org/model", task = "text-classification", input = review.text, fallback = Label::new("NONE", 0.0))]
#[axum::debug_handler(state = Arc<str>)]
async fn with_state_and_headers(
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
async fn handler_with_state_extractors_and_early_return_works() {
    let (calls, backend) = sentiment();
    let app = Router::new()
        .route("/", post(with_state_and_headers))
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
            .expect("the request should be valid"),
    )
    .await;
    assert_eq!(reply.status, 303);

    let rejected = post_json(&app, "/", &json!({"txt": "good"})).await;
    assert_eq!(rejected.status, 422);
    assert_eq!(
        calls.count(),
        2,
        "a body rejected by axum should not cause a model call"
    );
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
async fn with_app_error(text: String, #[prediction] label: Label) -> AppResult<String> {
    let text = check(&text).map_err(AppError::Other)?;
    Ok(format!("{} {text}", label.label))
}

#[tokio::test]
async fn inference_error_is_converted_into_the_handlers_error_type() {
    let app = Router::new()
        .route("/", post(with_app_error))
        .layer(runtime(sentiment().1).layer());
    assert_eq!(post_text(&app, "/", "good").await.text(), "POSITIVE good");
    assert_eq!(post_text(&app, "/", "odd").await.status, 409);

    let down = failing(InferenceError::new(ErrorKind::Overloaded, "busy")).1;
    let app = Router::new()
        .route("/", post(with_app_error))
        .layer(runtime(down).layer());
    let reply = post_text(&app, "/", "good").await;
    assert_eq!((reply.status.as_u16(), reply.text()), (418, "overloaded"));
}

#[derive(Deserialize)]
struct Search {
    text: String,
    k: Option<u32>,
}

#[infer(model = "org/model", task = "text-classification", input = search.text, parameters(top_k = search.k))]
async fn from_query(
    Query(search): Query<Search>,
    #[prediction] labels: Vec<Label>,
) -> Result<String, InferenceError> {
    Ok(labels.len().to_string())
}

#[infer(model = "org/model", task = "text-classification", fallback = Label::new("NONE", 0.0))]
async fn from_destructured_path(Path(text): Path<String>, #[prediction] label: Label) -> String {
    label.label
}

#[infer(model = "org/model", task = "text-classification", fallback = Label::new("NONE", 0.0))]
async fn from_path(text: Path<String>, #[prediction] label: Label) -> String {
    label.label
}

#[tokio::test]
async fn input_is_taken_from_query_and_path_extractors() {
    let app = Router::new()
        .route("/query", get(from_query))
        .route("/path/{text}", get(from_destructured_path))
        .route("/whole/{text}", get(from_path))
        .layer(runtime(sentiment().1).layer());
    let get = |path: &str| {
        Request::get(path)
            .body(Body::empty())
            .expect("the request should be valid")
    };
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
async fn generic_handler_stays_generic() {
    let app: Router = Router::new()
        .route("/", get(generic::<&'static str>))
        .layer(Extension("good"))
        .layer(runtime(sentiment().1).layer());
    let reply = send(
        &app,
        Request::get("/")
            .body(Body::empty())
            .expect("the request should be valid"),
    )
    .await;
    assert_eq!(reply.text(), "good: POSITIVE");
}

/// A type with a method that is not a handler. Its runtime is a field.
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
    async fn classify(
        &self,
        text: &str,
        #[prediction] label: Label,
    ) -> Result<String, InferenceError> {
        Ok(format!("{}{}", self.prefix, label.label))
    }
}

#[infer(model = "org/model", task = "text-classification", input = text, runtime = *inference)]
async fn borrowed_runtime(
    inference: &Inference,
    text: &str,
    #[prediction] label: Label,
) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[infer(model = "org/model", task = "text-classification")]
async fn plain_function(
    text: String,
    #[prediction] label: Label,
) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[tokio::test]
async fn methods_and_functions_take_their_runtime_from_an_expression() {
    let inference = runtime(sentiment().1);
    let worker = Worker {
        inference: inference.clone(),
        prefix: "> ".to_owned(),
    };
    assert_eq!(
        worker
            .classify("good")
            .await
            .expect("the call should succeed"),
        "> POSITIVE"
    );
    assert_eq!(
        borrowed_runtime(&inference, "bad")
            .await
            .expect("the call should succeed"),
        "NEGATIVE"
    );
    // A handler is an ordinary function that takes the runtime first.
    assert_eq!(
        plain_function(inference, "good".to_owned())
            .await
            .expect("the call should succeed"),
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

/// Responds when both models have been called; sequential calls would block forever.
fn concurrent_pair(barrier: Arc<Barrier>) -> impl Backend {
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
async fn several_predictions_run_concurrently() {
    let inference = runtime(concurrent_pair(Arc::new(Barrier::new(2))));
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
        Label::new(describe(owned).await, 0.0)
    },
)]
async fn fallback_moves_and_awaits(text: String, #[prediction] label: Label) -> String {
    label.label
}

async fn describe(text: String) -> String {
    tokio::task::yield_now().await;
    format!("about {text}")
}

#[infer(
    model = "org/model",
    task = "text-classification",
    fallback = |error| return format!("returned with {}", error.kind()),
)]
async fn fallback_returns(text: String, #[prediction] label: Label) -> String {
    label.label
}

#[tokio::test]
async fn fallback_may_move_await_and_return() {
    let down = || failing(InferenceError::new(ErrorKind::Overloaded, "busy")).1;
    let app = Router::new()
        .route("/moves", post(fallback_moves_and_awaits))
        .route("/returns", post(fallback_returns))
        .layer(runtime(down()).layer());
    assert_eq!(post_text(&app, "/moves", "cats").await.text(), "about cats");
    assert_eq!(
        post_text(&app, "/returns", "cats").await.text(),
        "returned with overloaded"
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
async fn input_above_max_input_is_rejected_without_a_call() {
    let (calls, backend) = sentiment();
    let app = Router::new()
        .route("/", post(small))
        .layer(runtime(backend).layer());
    assert_eq!(post_text(&app, "/", "12345678").await.status, 200);
    let reply = post_text(&app, "/", "123456789").await;
    assert_eq!(
        (reply.status.as_u16(), reply.problem_kind()),
        (413, "input_too_large".to_owned())
    );
    assert_eq!(calls.count(), 1);
}

#[tokio::test]
async fn operations_lists_every_operation_of_the_program() {
    let operations = Inference::operations();
    let find = |name: &str| {
        let operation = operations.iter().find(|operation| operation.name() == name);
        operation.map(|operation| operation.spec())
    };
    let small = find("small").expect("the operation should be named by its `name` argument");
    assert_eq!(
        (small.task(), small.layer().max_input.value()),
        ("text-classification", Some(8))
    );
    assert!(!small.has_fallback());
    let mood = find("behaviour::handlers::two::mood")
        .expect("the operation should be named by module, function and parameter");
    assert_eq!(mood.models()[0].name(), "org/mood");
    assert!(mood.has_fallback());
    assert!(
        find("behaviour::handlers::plain_function").is_some(),
        "the operation should be named by module and function"
    );
}

#[tokio::test]
async fn router_without_the_layer_responds_not_configured() {
    let app: Router = Router::new().route("/", post(small));
    let reply = post_text(&app, "/", "good").await;
    assert_eq!(
        (reply.status.as_u16(), reply.problem_kind()),
        (500, "not_configured".to_owned())
    );
}

#[tokio::test]
async fn statistics_count_a_model_answer() {
    let inference = runtime(sentiment().1);
    let app = Router::new()
        .route("/", post(with_state_and_headers))
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
async fn headers_set_by_the_handler_are_kept() {
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

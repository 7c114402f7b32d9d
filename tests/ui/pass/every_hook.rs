use axum::{Router, routing::post};
use inference_runtime::prelude::*;

#[derive(Debug)]
struct TooLong;

impl std::fmt::Display for TooLong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("too long")
    }
}

impl std::error::Error for TooLong {}

#[derive(Debug)]
struct Verdict(String);

impl From<Vec<Label>> for Verdict {
    fn from(labels: Vec<Label>) -> Self {
        Self(labels.into_iter().next().map_or(String::new(), |label| label.label))
    }
}

impl Verdict {
    async fn judge(labels: Vec<Label>) -> Result<Self, TooLong> {
        Ok(Self::from(labels))
    }
}

fn borrow(text: &str) -> &str {
    text.trim()
}

async fn look_up(text: &String) -> String {
    text.clone()
}

fn shorten(text: &str) -> Result<String, TooLong> {
    if text.len() > 10 { Err(TooLong) } else { Ok(text.to_owned()) }
}

#[infer(model = "org/name", task = "text-classification", preprocess = borrow)]
async fn sync(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[infer(model = "org/name", task = "text-classification", preprocess = look_up, postprocess = Verdict::judge)]
async fn asynchronous(text: String, #[prediction] verdict: Verdict) -> Result<String, InferenceError> {
    Ok(verdict.0)
}

#[infer(model = "org/name", task = "text-classification", preprocess = shorten, postprocess = Verdict::from)]
async fn refusing(text: String, #[prediction] verdict: Verdict) -> Result<String, InferenceError> {
    Ok(verdict.0)
}

#[infer(
    model = "org/name",
    task = "text-classification",
    preprocess = |text| text.to_lowercase(),
    postprocess = |labels| labels.into_iter().map(|label| label.label).collect::<Vec<_>>(),
    fallback = Vec::new(),
)]
async fn closures(text: String, #[prediction] names: Vec<String>) -> String {
    names.join(", ")
}

#[infer(
    model = "org/name",
    task = "text-classification",
    preprocess = async |text: &str| text.to_lowercase(),
    postprocess = |labels: Vec<Label>| async move { labels.len() },
)]
async fn async_closures(text: String, #[prediction] count: Option<usize>) -> String {
    format!("{count:?}")
}

#[infer(model = "org/name", task = "text-classification", postprocess = From::from)]
async fn converted(
    text: String,
    #[prediction] verdict: Result<Prediction<Verdict>, InferenceError>,
) -> String {
    format!("{verdict:?}")
}

fn main() {
    let _: Router = Router::new()
        .route("/sync", post(sync))
        .route("/asynchronous", post(asynchronous))
        .route("/refusing", post(refusing))
        .route("/closures", post(closures))
        .route("/async_closures", post(async_closures))
        .route("/converted", post(converted));
}

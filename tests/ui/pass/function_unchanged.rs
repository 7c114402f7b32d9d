//! Generics, lifetimes, where clauses, attributes, early returns and `?` compile as they do without `#[infer]`.

#![deny(warnings)]

use axum::{Router, extract::FromRef, extract::State, response::IntoResponse, routing::post};
use inference_runtime::prelude::*;

trait Greets: Clone + Send + Sync + 'static {
    fn greeting(&self) -> &str;
}

#[derive(Clone)]
struct Polite;

impl Greets for Polite {
    fn greeting(&self) -> &str {
        "good day"
    }
}

#[infer(model = "org/name", task = "text-classification", fallback = Label::new("NEUTRAL", 0.0))]
async fn generic<G>(State(greets): State<G>, text: String, #[prediction] label: Label) -> impl IntoResponse
where
    G: Greets,
{
    format!("{}: {}", greets.greeting(), label.label)
}

#[infer(model = "org/name", task = "text-classification")]
pub(crate) async fn early<'a>(text: &'a str, #[prediction] label: Label) -> Result<&'a str, InferenceError> {
    if label.label.is_empty() {
        return Ok("");
    }
    let first = text.split(' ').next();
    Ok(first.unwrap_or(text))
}

#[infer(model = "org/name", task = "text-classification", input = r#type)]
async fn r#async(#[allow(unused)] r#type: String, #[cfg(any())] gone: Gone, #[prediction] r#in: Label) -> Result<String, InferenceError> {
    Ok(r#in.label)
}

struct App(Polite);

impl FromRef<App> for Polite {
    fn from_ref(app: &App) -> Self {
        app.0.clone()
    }
}

fn main() {
    let app = App(Polite);
    let _: Router = Router::new()
        .route("/generic", post(generic::<Polite>))
        .route("/async", post(r#async))
        .with_state(Polite::from_ref(&app));
    let _ = early;
}

//! A search over this project's book by meaning: `GET /search?query=…`, and a page to try it on.
//!
//! The query and every section become vectors of one model; the sections are kept in the cache, each in its own
//! place, so that only the first search sends them. Without a model the sections are ranked by the words they share
//! with the query, and the answer says so.

mod corpus;
mod ranking;

use axum::{Json, Router, extract::Query, response::Html, routing::get};
use examples::serve;
use inference_runtime::prelude::*;
use serde::{Deserialize, Serialize};

use corpus::{SECTIONS, Section};

const MODEL: &str = "sentence-transformers/all-MiniLM-L6-v2";

/// How many sections are shown.
const SHOWN: usize = 6;

#[derive(Deserialize)]
struct Asked {
    query: String,
}

/// What the page shows.
#[derive(Serialize)]
struct Found {
    by: By,
    /// Why it is not by meaning.
    reason: Option<&'static str>,
    /// How many sections were searched.
    searched: usize,
    hits: Vec<Hit>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum By {
    Meaning,
    Words,
}

#[derive(Serialize)]
struct Hit {
    page: &'static str,
    heading: &'static str,
    text: &'static str,
    score: f64,
}

#[infer(
    model = "sentence-transformers/all-MiniLM-L6-v2",
    task = "feature-extraction",
    parameters(truncate = true),
    timeout = "30s"
)]
async fn search(
    Query(asked): Query<Asked>,
    #[prediction(input = asked.query, cache = "1h", max_input = "2KB", name = "search.query")]
    query: Result<Vec<f32>, InferenceError>,
    #[prediction(input = SECTIONS.iter().map(Section::whole), cache = "1d", name = "search.sections")]
    sections: Result<Each<Vec<f32>>, InferenceError>,
) -> Result<Json<Found>, InferenceError> {
    let (by, hits, searched, reason) = match query.and_then(|query| Ok((query, sections?))) {
        Ok((query, sections)) => {
            let vectors = sections.iter().map(|vector| vector.as_deref().ok());
            let hits = ranking::by_meaning(&query, vectors);
            let searched = hits.len();
            (By::Meaning, hits, searched, None)
        }
        Err(error) if error.is_client_error() => return Err(error),
        Err(error) => {
            let hits = ranking::by_words(&asked.query);
            (
                By::Words,
                hits,
                SECTIONS.len(),
                Some(error.kind().public_message()),
            )
        }
    };
    Ok(Json(Found {
        by,
        reason,
        searched,
        hits: hits.into_iter().take(SHOWN).map(hit).collect(),
    }))
}

fn hit((index, score): ranking::Hit) -> Hit {
    let Section {
        page,
        heading,
        text,
    } = &SECTIONS[index];
    Hit {
        page,
        heading,
        text,
        score,
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    serve::log_to_stderr();
    let inference = Inference::from_env()?;
    let page = page(&inference);
    let app = Router::new()
        .route("/search", get(search))
        .route("/", get(async || Html(page)))
        .layer(inference.layer());
    serve::until_ctrl_c(app, &inference).await
}

/// The page, with a line on how it searches.
fn page(inference: &Inference) -> String {
    let missing = examples::missing(inference, MODEL);
    let who = if missing.is_empty() {
        "Ranked by meaning: <code>all-MiniLM-L6-v2</code> on Hugging Face makes vectors of your query and of every section."
    } else {
        "There is no model to rank by meaning. Until there is one, sections are ranked by the words they share with your query."
    };
    let sections = SECTIONS.len().to_string();
    examples::page(
        include_str!("page.html"),
        &[("who", who), ("missing", &missing), ("sections", &sections)],
    )
}

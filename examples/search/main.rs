//! Semantic search over this project's book: `GET /search?query=…`, and a page to try it.
//!
//! One model computes vectors of the query and of every section. The vector of each section has its own cache entry, so
//! only the first search sends the sections. If the model is unavailable, the sections are ranked by the words they
//! share with the query, and the response reports this.

mod corpus;
mod ranking;

use axum::{Json, Router, extract::Query, response::Html, routing::get};
use examples::serve;
use inference_runtime::prelude::*;
use serde::{Deserialize, Serialize};

use corpus::{SECTIONS, Section};

const MODEL: &str = "sentence-transformers/all-MiniLM-L6-v2";

/// The number of sections that are shown.
const MAX_HITS: usize = 6;

#[derive(Deserialize)]
struct SearchQuery {
    query: String,
}

/// The response.
#[derive(Serialize)]
struct SearchResult {
    by: Ranking,
    /// Why the sections are not ranked by meaning.
    reason: Option<&'static str>,
    /// The number of sections searched.
    searched: usize,
    hits: Vec<Hit>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Ranking {
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
    Query(parameters): Query<SearchQuery>,
    #[prediction(input = parameters.query, cache = "1h", max_input = "2KB", name = "search.query")]
    query: Result<Vec<f32>, InferenceError>,
    #[prediction(input = SECTIONS.iter().map(Section::full_text), cache = "1d", name = "search.sections")]
    sections: Result<Each<Vec<f32>>, InferenceError>,
) -> Result<Json<SearchResult>, InferenceError> {
    let (by, hits, searched, reason) = match query.and_then(|query| Ok((query, sections?))) {
        Ok((query, sections)) => {
            let vectors = sections.iter().map(|vector| vector.as_deref().ok());
            let hits = ranking::by_meaning(&query, vectors);
            let searched = hits.len();
            (Ranking::Meaning, hits, searched, None)
        }
        Err(error) if error.is_client_error() => return Err(error),
        Err(error) => {
            let hits = ranking::by_words(&parameters.query);
            (
                Ranking::Words,
                hits,
                SECTIONS.len(),
                Some(error.kind().public_message()),
            )
        }
    };
    Ok(Json(SearchResult {
        by,
        reason,
        searched,
        hits: hits.into_iter().take(MAX_HITS).map(hit).collect(),
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

/// Returns the page, with a line on the ranking.
fn page(inference: &Inference) -> String {
    let notice = examples::configuration_notice(inference, MODEL);
    let intro = if notice.is_empty() {
        "Ranked by meaning: <code>all-MiniLM-L6-v2</code> on Hugging Face computes vectors of your query and of every section."
    } else {
        "The model that ranks by meaning is not configured. Sections are ranked by the words they share with your query."
    };
    let sections = SECTIONS.len().to_string();
    examples::page(
        include_str!("page.html"),
        &[
            ("intro", intro),
            ("notice", &notice),
            ("sections", &sections),
        ],
    )
}

//! `/rerank`, as vLLM, llama.cpp and the services that the route comes from have it.

use serde::Deserialize;
use serde_json::{Value, json};

use super::route;
use crate::{
    InferenceError,
    backend::{
        Request, Response,
        http::{self, Endpoint},
    },
};

#[derive(Deserialize)]
struct Ranking {
    query: String,
    texts: Vec<String>,
}

pub(super) async fn ask(remote: &Endpoint, request: &Request) -> Result<Response, InferenceError> {
    let Ok(Ranking { query, texts }) = Ranking::deserialize(http::input(request)) else {
        return Err(remote.unfit("the input is no query with texts; help: ask with a `Ranking`"));
    };
    let mut body = json!({
        "model": request.model(),
        "query": query,
        "documents": texts,
        // Some leave out all but the best unless they are told.
        "top_n": texts.len(),
    });
    if let Value::Object(body) = &mut body {
        body.extend(http::parameters(request));
    }
    let url = route::versioned(remote.base(), &["rerank"]);
    let answer = remote.ask(remote.post(url, body.to_string())).await?;
    let whole = answer.json()?;
    let ranked = [&whole["results"], &whole["data"], &whole]
        .into_iter()
        .find_map(Value::as_array)
        .ok_or_else(|| remote.unexpected("something else than a ranking"))?;
    let ranked: Vec<_> = ranked
        .iter()
        .map(|item| {
            let score = item.get("relevance_score").or_else(|| item.get("score"));
            json!({"index": item["index"], "score": score})
        })
        .collect();
    Ok(answer.with_json(&ranked.into()))
}

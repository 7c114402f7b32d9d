//! The route `/rerank` of vLLM, llama.cpp, and the services that introduced it.

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

pub(super) async fn call(
    endpoint: &Endpoint,
    request: &Request,
) -> Result<Response, InferenceError> {
    let Ok(Ranking { query, texts }) = Ranking::deserialize(http::input(request)) else {
        return Err(endpoint
            .unsupported_request("the input is not a query with texts; help: use a `Ranking`"));
    };
    let mut body = json!({
        "model": request.model(),
        "query": query,
        "documents": texts,
        // Some servers return only the best texts by default.
        "top_n": texts.len(),
    });
    if let Value::Object(body) = &mut body {
        body.extend(http::parameters(request));
    }
    let url = route::versioned(endpoint.base(), &["rerank"]);
    let response = endpoint.send(endpoint.post(url, body.to_string())).await?;
    let json = response.json()?;
    let ranked = [&json["results"], &json["data"], &json]
        .into_iter()
        .find_map(Value::as_array)
        .ok_or_else(|| endpoint.unexpected("something other than a ranking"))?;
    let ranked: Vec<_> = ranked
        .iter()
        .map(|item| {
            let score = item.get("relevance_score").or_else(|| item.get("score"));
            json!({"index": item["index"], "score": score})
        })
        .collect();
    Ok(response.with_json(&ranked.into()))
}

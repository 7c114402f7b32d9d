//! The route `/classify`, which vLLM has beside `/v1`.

use serde_json::{Value, json};

use super::route;
use crate::{
    InferenceError,
    backend::{
        Request, Response,
        http::{self, Endpoint},
    },
};

pub(super) async fn call(
    endpoint: &Endpoint,
    request: &Request,
) -> Result<Response, InferenceError> {
    let mut parameters = http::parameters(request);
    let top_k = parameters.remove("top_k").and_then(|top| top.as_u64());
    if let Some(name) = parameters.keys().next() {
        return Err(endpoint.unsupported_request(format_args!(
            "it has no parameter `{name}` for labels; help: remove it from `parameters(…)`"
        )));
    }
    let body = json!({"model": request.model(), "input": http::text(request)?});
    let url = route::unversioned(endpoint.base(), &["classify"]);
    let response = endpoint.send(endpoint.post(url, body.to_string())).await?;
    let json = response.json()?;
    let mut labels =
        labels(&json["data"][0]).ok_or_else(|| endpoint.unexpected("no label and no `probs`"))?;
    if let Some(top_k) = top_k.and_then(|top| usize::try_from(top).ok()) {
        labels.truncate(top_k);
    }
    Ok(response.with_json(&Value::Array(labels)))
}

/// Returns the labels, the best first. The response has only the name of the best; the others are named as Transformers
/// names them (`LABEL_0`).
fn labels(item: &Value) -> Option<Vec<Value>> {
    let best = item["label"].as_str()?;
    let mut scores: Vec<(usize, f64)> = item["probs"]
        .as_array()?
        .iter()
        .map(Value::as_f64)
        .collect::<Option<Vec<_>>>()?
        .into_iter()
        .enumerate()
        .collect();
    scores.sort_by(|a, b| b.1.total_cmp(&a.1));
    let labels = scores.iter().enumerate().map(|(rank, (index, score))| {
        let label = if rank == 0 {
            best.to_owned()
        } else {
            format!("LABEL_{index}")
        };
        json!({"label": label, "score": score})
    });
    Some(labels.collect())
}

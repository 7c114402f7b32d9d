//! `/classify`, which vLLM has beside `/v1`.

use serde_json::{Value, json};

use super::route;
use crate::{
    InferenceError,
    backend::{
        Request, Response,
        http::{self, Endpoint},
    },
};

pub(super) async fn ask(remote: &Endpoint, request: &Request) -> Result<Response, InferenceError> {
    let mut parameters = http::parameters(request);
    let top_k = parameters.remove("top_k").and_then(|top| top.as_u64());
    if let Some(name) = parameters.keys().next() {
        return Err(remote.unfit(format_args!(
            "it has no parameter like `{name}` for labels; help: take it out of `parameters(…)`"
        )));
    }
    let body = json!({"model": request.model(), "input": http::text(request)?});
    let url = route::unversioned(remote.base(), &["classify"]);
    let answer = remote.ask(remote.post(url, body.to_string())).await?;
    let whole = answer.json()?;
    let mut labels =
        labels(&whole["data"][0]).ok_or_else(|| remote.unexpected("no label and no `probs`"))?;
    if let Some(top_k) = top_k.and_then(|top| usize::try_from(top).ok()) {
        labels.truncate(top_k);
    }
    Ok(answer.with_json(&Value::Array(labels)))
}

/// The labels, the best first. Only the best has its name in the answer; the others are called as models without names
/// call theirs.
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

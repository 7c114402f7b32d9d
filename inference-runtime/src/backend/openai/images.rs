//! `/images/generations`.

use serde_json::{Map, Value};

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
    let mut body = Map::new();
    body.insert("model".to_owned(), request.model().into());
    body.insert("prompt".to_owned(), http::text(request)?.into());
    match (parameters.remove("width"), parameters.remove("height")) {
        (Some(width), Some(height)) => {
            body.insert("size".to_owned(), format!("{width}x{height}").into());
        }
        (None, None) => {}
        _ => {
            return Err(remote.unfit(
                "it takes the size of an image whole; help: give both `width` and `height`",
            ));
        }
    }
    // The image itself, and not an address to fetch it from. The newest models of OpenAI give nothing else, and refuse
    // to be told.
    if !request.model().starts_with("gpt-image") {
        body.insert("response_format".to_owned(), "b64_json".into());
    }
    body.extend(parameters);
    let url = route::versioned(remote.base(), &["images", "generations"]);
    let answer = remote
        .ask(remote.post(url, Value::Object(body).to_string()))
        .await?;
    Ok(answer.into_response())
}

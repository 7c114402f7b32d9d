//! The route `/images/generations`.

use serde_json::{Map, Value};

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
    let mut body = Map::new();
    body.insert("model".to_owned(), request.model().into());
    body.insert("prompt".to_owned(), http::text(request)?.into());
    match (parameters.remove("width"), parameters.remove("height")) {
        (Some(width), Some(height)) => {
            body.insert("size".to_owned(), format!("{width}x{height}").into());
        }
        (None, None) => {}
        _ => {
            return Err(endpoint.unsupported_request(
                "it takes the size of an image as a whole; help: set both `width` and `height`",
            ));
        }
    }
    // Requests the image itself instead of a URL. OpenAI's newest models return nothing else, and refuse the parameter.
    if !request.model().starts_with("gpt-image") {
        body.insert("response_format".to_owned(), "b64_json".into());
    }
    body.extend(parameters);
    let url = route::versioned(endpoint.base(), &["images", "generations"]);
    let response = endpoint
        .send(endpoint.post(url, Value::Object(body).to_string()))
        .await?;
    Ok(response.into_response())
}

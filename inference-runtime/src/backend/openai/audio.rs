//! The routes `/audio/transcriptions` and `/audio/speech`.

use ::http::HeaderValue;
use serde_json::{Map, Value};

use super::route;
use crate::{
    InferenceError,
    backend::{
        Request, Response,
        http::{self, Endpoint, Form},
    },
    task::Payload,
};

const AUDIO: HeaderValue = HeaderValue::from_static("audio/*, application/json;q=0.5");

/// Transcribes a recording. The file is sent in a form, with the parameters of the model beside it.
pub(super) async fn transcribe(
    endpoint: &Endpoint,
    request: &Request,
) -> Result<Response, InferenceError> {
    let Payload::Media(recording) = request.payload() else {
        return Err(endpoint.unsupported_request(
            "the recording is a URL, which is not fetched; help: send its bytes",
        ));
    };
    let mut parameters = http::parameters(request);
    let with_timestamps = parameters.remove("return_timestamps") == Some(Value::Bool(true));
    let mut form = Form::new();
    form.file("file", recording);
    form.text("model", request.model());
    form.text(
        "response_format",
        if with_timestamps {
            "verbose_json"
        } else {
            "json"
        },
    );
    if let Some(Value::Object(own)) = parameters.remove("generation_parameters") {
        parameters.extend(own);
    }
    for (name, value) in &parameters {
        match value {
            Value::String(text) => form.text(name, text),
            value => form.text(name, &value.to_string()),
        }
    }
    let url = route::versioned(endpoint.base(), &["audio", "transcriptions"]);
    Ok(endpoint
        .send(endpoint.post_form(url, form))
        .await?
        .into_response())
}

/// Converts a text to speech.
pub(super) async fn speak(
    endpoint: &Endpoint,
    request: &Request,
    voice: &str,
) -> Result<Response, InferenceError> {
    let mut body = Map::new();
    body.insert("model".to_owned(), request.model().into());
    body.insert("input".to_owned(), http::text(request)?.into());
    body.insert("voice".to_owned(), voice.into());
    body.extend(http::parameters(request));
    let url = route::versioned(endpoint.base(), &["audio", "speech"]);
    let http_request = endpoint.post(url, Value::Object(body).to_string());
    Ok(endpoint
        .send_accepting(AUDIO, http_request)
        .await?
        .into_response())
}

//! `/audio/transcriptions` and `/audio/speech`.

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

/// What is said in a recording. The file goes in a form; the parameters of the model's own beside it.
pub(super) async fn transcribe(
    remote: &Endpoint,
    request: &Request,
) -> Result<Response, InferenceError> {
    let Payload::Media(recording) = request.payload() else {
        return Err(
            remote.unfit("the recording is an address, which is not fetched; help: send its bytes")
        );
    };
    let mut parameters = http::parameters(request);
    let with_times = parameters.remove("return_timestamps") == Some(Value::Bool(true));
    let mut form = Form::new();
    form.file("file", recording);
    form.text("model", request.model());
    form.text(
        "response_format",
        if with_times { "verbose_json" } else { "json" },
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
    let url = route::versioned(remote.base(), &["audio", "transcriptions"]);
    Ok(remote
        .ask(remote.post_form(url, form))
        .await?
        .into_response())
}

/// A text, spoken.
pub(super) async fn speak(
    remote: &Endpoint,
    request: &Request,
    voice: &str,
) -> Result<Response, InferenceError> {
    let mut body = Map::new();
    body.insert("model".to_owned(), request.model().into());
    body.insert("input".to_owned(), http::text(request)?.into());
    body.insert("voice".to_owned(), voice.into());
    body.extend(http::parameters(request));
    let url = route::versioned(remote.base(), &["audio", "speech"]);
    let question = remote.post(url, Value::Object(body).to_string());
    Ok(remote.ask_for(AUDIO, question).await?.into_response())
}

//! Reads the error message from any of the bodies that services send.

use http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value};

/// Members that contain the message, the most specific first.
const MESSAGE_MEMBERS: [&str; 8] = [
    "error",
    "error_description",
    "detail",
    "message",
    "msg",
    "errors",
    "reason",
    "title",
];

/// The error that a service returned.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct UpstreamError {
    message: Option<String>,
    /// TGI's and TEI's `error_type`, in lower case.
    error_type: Option<String>,
    /// Seconds until a model is loaded.
    estimated_time: Option<f64>,
    /// The status in the body: some services send failures with another status.
    status: Option<StatusCode>,
}

impl UpstreamError {
    /// Reads an error body: JSON of many shapes, plain text, or the title of an HTML page.
    pub(crate) fn from_body(body: &[u8], headers: &HeaderMap) -> Self {
        let mut error = match serde_json::from_slice(body) {
            Ok(value) => Self::from_json(value),
            Err(_) => Self::from_text(&String::from_utf8_lossy(body), headers),
        };
        if error.message.is_none() {
            error.message = headers
                .get("x-error-message")
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        }
        error
    }

    /// Reads an error from the body of a successful response: a JSON object with a message under `error`.
    pub(crate) fn in_success(body: &[u8]) -> Option<Self> {
        #[derive(serde::Deserialize)]
        struct Probe {
            #[serde(default)]
            error: Option<Value>,
            #[serde(default)]
            object: Option<Value>,
        }
        // Most bodies are arrays, and are not parsed here.
        body.trim_ascii_start()
            .first()
            .filter(|first| **first == b'{')?;
        let Probe { error, object } = serde_json::from_slice(body).ok()?;
        // Old OpenAI-compatible servers send a flat error object.
        if object.is_none_or(|object| object != "error") {
            let error = error?;
            // A numeric `error` is part of an answer: a deviation.
            message_in(&error).filter(|_| !error.is_number())?;
        }
        serde_json::from_slice(body).ok().map(Self::from_json)
    }

    fn from_json(value: Value) -> Self {
        let Value::Object(object) = &value else {
            return Self {
                message: message_in(&value),
                ..Self::default()
            };
        };
        let text = |name: &str| {
            object
                .get(name)
                .and_then(Value::as_str)
                .map(str::to_lowercase)
        };
        Self {
            message: message_with_warnings(object).or_else(|| Some(value.to_string())),
            error_type: text("error_type"),
            estimated_time: object.get("estimated_time").and_then(Value::as_f64),
            status: status(object),
        }
    }

    fn from_text(text: &str, headers: &HeaderMap) -> Self {
        let is_html = headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
            || text.trim_start().starts_with("<");
        let message = if is_html {
            title(text)
        } else {
            Some(text.trim()).filter(|text| !text.is_empty())
        };
        Self {
            message: message.map(str::to_owned),
            ..Self::default()
        }
    }

    pub(crate) fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    pub(super) fn error_type(&self) -> Option<&str> {
        self.error_type.as_deref()
    }

    pub(super) fn estimated_time(&self) -> Option<f64> {
        self.estimated_time
    }

    pub(super) fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// Returns whether the message contains one of these phrases, which are in lower case.
    pub(super) fn mentions(&self, phrases: &[&str]) -> bool {
        self.message.as_deref().is_some_and(|message| {
            let message = message.to_lowercase();
            phrases.iter().any(|phrase| message.contains(phrase))
        })
    }
}

/// Returns the status in an error body, under any of the names that services use.
fn status(object: &Map<String, Value>) -> Option<StatusCode> {
    let error = object
        .get("error")
        .and_then(Value::as_object)
        .unwrap_or(object);
    ["http_status_code", "status_code", "status", "code"]
        .iter()
        .filter_map(|name| match error.get(*name)? {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        })
        .filter_map(|code| StatusCode::from_u16(u16::try_from(code).ok()?).ok())
        .find(|status| status.is_client_error() || status.is_server_error())
}

/// Returns the message of an object, with the warnings in which the old API explains an `unknown error`.
fn message_with_warnings(object: &Map<String, Value>) -> Option<String> {
    let message = message_in_object(object)?;
    Some(match object.get("warnings").and_then(message_in) {
        Some(warnings) => format!("{message} ({warnings})"),
        None => message,
    })
}

fn message_in(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(items) => {
            let messages: Vec<_> = items.iter().filter_map(message_in).collect();
            (!messages.is_empty()).then(|| messages.join("; "))
        }
        Value::Object(object) => message_in_object(object),
        Value::Null | Value::Bool(_) => None,
    }
}

fn message_in_object(object: &Map<String, Value>) -> Option<String> {
    let message = MESSAGE_MEMBERS
        .iter()
        .find_map(|name| object.get(*name).and_then(message_in))?;
    // FastAPI reports the location of a mistake in a member of its own.
    Some(match object.get("loc").and_then(Value::as_array) {
        Some(location) => {
            let location: Vec<_> = location.iter().filter_map(message_in).collect();
            format!("{}: {message}", location.join("."))
        }
        None => message,
    })
}

/// Returns the title of an HTML page.
fn title(html: &str) -> Option<&str> {
    // Lower-casing ASCII keeps the length, so that positions are the same in both strings.
    let lower = html.to_ascii_lowercase();
    let open = lower.find("<title")?;
    let start = open + lower[open..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    Some(html[start..end].trim()).filter(|title| !title.is_empty())
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header};

    use super::UpstreamError;

    fn message(body: &str) -> Option<String> {
        UpstreamError::from_body(body.as_bytes(), &HeaderMap::new()).message
    }

    #[test]
    fn the_message_is_read_from_every_shape() {
        for (body, expected) in [
            (
                r#"{"error":"Model X does not exist"}"#,
                "Model X does not exist",
            ),
            (
                r#"{"error":["Error in `inputs.context`: field required"]}"#,
                "Error in `inputs.context`: field required",
            ),
            (r#"{"error":["a","b"]}"#, "a; b"),
            (
                r#"{"error":"unknown error","warnings":["There was an inference error: x"]}"#,
                "unknown error (There was an inference error: x)",
            ),
            (
                r#"{"error":{"message":"bad","type":"t","param":null,"code":400}}"#,
                "bad",
            ),
            (r#"{"error":null,"message":"flat"}"#, "flat"),
            (r#"{"detail":"gone"}"#, "gone"),
            (
                r#"{"detail":[{"loc":["body","inputs",0],"msg":"field required","type":"missing"}]}"#,
                "body.inputs.0: field required",
            ),
            (
                r#"{"detail":"d","status":422,"title":"t","invalid_fields":[]}"#,
                "d",
            ),
            (r#"{"message":"m","type":"t","code":"c","param":"p"}"#, "m"),
            (r#"{"code":400,"reason":"R","message":"m"}"#, "m"),
            (r#"{"object":"error","message":"m"}"#, "m"),
            (
                r#"{"errors":[{"message":"one"},{"message":"two"}]}"#,
                "one; two",
            ),
            (r#"{"error_description":"d"}"#, "d"),
            (r#""just text""#, "just text"),
            (r#"["one","two"]"#, "one; two"),
            (r#"{"odd":true}"#, r#"{"odd":true}"#),
            ("  plain text\n", "plain text"),
            (
                "<!DOCTYPE html><HTML><Title lang=en> 502 Bad Gateway </TITLE><body>secret</body>",
                "502 Bad Gateway",
            ),
        ] {
            assert_eq!(message(body).as_deref(), Some(expected), "{body}");
        }
        for without_message in [
            "",
            " \n",
            "null",
            "<html><body>no title</body>",
            "<title>never closed",
        ] {
            assert_eq!(message(without_message), None, "{without_message}");
        }
    }

    #[test]
    fn html_contributes_only_the_error_header_and_the_title() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        headers.insert(
            "x-error-message",
            HeaderValue::from_static("Invalid username or password."),
        );
        let error = UpstreamError::from_body(b"not even a tag", &headers);
        assert_eq!(error.message(), Some("Invalid username or password."));
    }

    #[test]
    fn errors_in_successes_are_distinguished_from_answers() {
        let error = |body: &str| {
            UpstreamError::in_success(body.as_bytes())
                .map(|error| error.message.expect("a message"))
        };
        assert_eq!(error(r#" {"error":"no"}"#).as_deref(), Some("no"));
        assert_eq!(
            error(r#"{"error":{"message":"no"}}"#).as_deref(),
            Some("no")
        );
        assert_eq!(
            error(r#"{"object":"error","message":"no","code":404}"#).as_deref(),
            Some("no")
        );
        for answer in [
            r#"{"object":"list","data":[]}"#,
            r#"{"answer":"42"}"#,
            r#"{"error":null}"#,
            r#"{"error":0.25}"#,
            r#"[{"error":"in a list"}]"#,
            "{\"error\":\"trunc",
            "",
        ] {
            assert_eq!(error(answer), None, "{answer}");
        }
    }

    #[test]
    fn error_types_and_estimates_are_read() {
        let error = UpstreamError::from_body(
            br#"{"error":"x","error_type":"Overloaded","estimated_time":20.5}"#,
            &HeaderMap::new(),
        );
        assert_eq!(error.error_type(), Some("overloaded"));
        assert_eq!(error.estimated_time(), Some(20.5));
    }
}

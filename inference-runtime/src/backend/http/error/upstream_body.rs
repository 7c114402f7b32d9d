//! The words of a service, out of any of the bodies that services send.

use http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value};

/// Members that hold the words, the most telling first.
const WORDS: [&str; 8] = [
    "error",
    "error_description",
    "detail",
    "message",
    "msg",
    "errors",
    "reason",
    "title",
];

/// What a service said of its failure.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct UpstreamError {
    words: Option<String>,
    /// TGI's and TEI's `error_type`, in lower case.
    error_type: Option<String>,
    /// Seconds until a model is loaded.
    estimated_time: Option<f64>,
    /// The status that the body names: some services fail under another one.
    status: Option<StatusCode>,
}

impl UpstreamError {
    /// Reads the body of an error: JSON of many shapes, plain text, or HTML, of which the title is taken.
    pub(crate) fn read(body: &[u8], headers: &HeaderMap) -> Self {
        let mut said = match serde_json::from_slice(body) {
            Ok(value) => Self::of_json(value),
            Err(_) => Self::of_text(&String::from_utf8_lossy(body), headers),
        };
        if said.words.is_none() {
            said.words = headers
                .get("x-error-message")
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        }
        said
    }

    /// The error in an answer that says it is none: a JSON object with words under `error`.
    pub(crate) fn in_success(body: &[u8]) -> Option<Self> {
        #[derive(serde::Deserialize)]
        struct Probe {
            #[serde(default)]
            error: Option<Value>,
            #[serde(default)]
            object: Option<Value>,
        }
        // Most answers are arrays, and are not read twice.
        body.trim_ascii_start()
            .first()
            .filter(|first| **first == b'{')?;
        let Probe { error, object } = serde_json::from_slice(body).ok()?;
        // Old servers of OpenAI's protocol say it flat.
        if object.is_none_or(|object| object != "error") {
            let error = error?;
            // An `error` that is a number is an answer: a deviation.
            words_of(&error).filter(|_| !error.is_number())?;
        }
        serde_json::from_slice(body).ok().map(Self::of_json)
    }

    fn of_json(value: Value) -> Self {
        let Value::Object(object) = &value else {
            return Self {
                words: words_of(&value),
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
            words: with_warnings(object).or_else(|| Some(value.to_string())),
            error_type: text("error_type"),
            estimated_time: object.get("estimated_time").and_then(Value::as_f64),
            status: status(object),
        }
    }

    fn of_text(text: &str, headers: &HeaderMap) -> Self {
        let is_html = headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
            || text.trim_start().starts_with("<");
        let words = if is_html {
            title(text)
        } else {
            Some(text.trim()).filter(|text| !text.is_empty())
        };
        Self {
            words: words.map(str::to_owned),
            ..Self::default()
        }
    }

    pub(crate) fn words(&self) -> Option<&str> {
        self.words.as_deref()
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

    /// Whether the words hold one of these, which are in lower case.
    pub(super) fn mentions(&self, phrases: &[&str]) -> bool {
        self.words.as_deref().is_some_and(|words| {
            let words = words.to_lowercase();
            phrases.iter().any(|phrase| words.contains(phrase))
        })
    }
}

/// The status of a failure, under any of the names that services give it.
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

/// The words of an object, with the warnings in which the old API says what its `unknown error` was.
fn with_warnings(object: &Map<String, Value>) -> Option<String> {
    let words = words_of_object(object)?;
    Some(match object.get("warnings").and_then(words_of) {
        Some(warnings) => format!("{words} ({warnings})"),
        None => words,
    })
}

fn words_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(items) => {
            let words: Vec<_> = items.iter().filter_map(words_of).collect();
            (!words.is_empty()).then(|| words.join("; "))
        }
        Value::Object(object) => words_of_object(object),
        Value::Null | Value::Bool(_) => None,
    }
}

fn words_of_object(object: &Map<String, Value>) -> Option<String> {
    let words = WORDS
        .iter()
        .find_map(|name| object.get(*name).and_then(words_of))?;
    // FastAPI says apart where the mistake is.
    Some(match object.get("loc").and_then(Value::as_array) {
        Some(place) => {
            let place: Vec<_> = place.iter().filter_map(words_of).collect();
            format!("{}: {words}", place.join("."))
        }
        None => words,
    })
}

/// The title of a page.
fn title(html: &str) -> Option<&str> {
    // Same length, so that places in the one are places in the other.
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

    fn words(body: &str) -> Option<String> {
        UpstreamError::read(body.as_bytes(), &HeaderMap::new()).words
    }

    #[test]
    fn takes_the_words_out_of_every_shape() {
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
            assert_eq!(words(body).as_deref(), Some(expected), "{body}");
        }
        for silent in [
            "",
            " \n",
            "null",
            "<html><body>no title</body>",
            "<title>never closed",
        ] {
            assert_eq!(words(silent), None, "{silent}");
        }
    }

    #[test]
    fn html_says_no_more_than_the_header_and_the_title() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        headers.insert(
            "x-error-message",
            HeaderValue::from_static("Invalid username or password."),
        );
        let said = UpstreamError::read(b"not even a tag", &headers);
        assert_eq!(said.words(), Some("Invalid username or password."));
    }

    #[test]
    fn tells_an_error_in_a_success_from_an_answer() {
        let said = |body: &str| {
            UpstreamError::in_success(body.as_bytes()).map(|said| said.words.expect("words"))
        };
        assert_eq!(said(r#" {"error":"no"}"#).as_deref(), Some("no"));
        assert_eq!(said(r#"{"error":{"message":"no"}}"#).as_deref(), Some("no"));
        assert_eq!(
            said(r#"{"object":"error","message":"no","code":404}"#).as_deref(),
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
            assert_eq!(said(answer), None, "{answer}");
        }
    }

    #[test]
    fn reads_types_and_estimates() {
        let said = UpstreamError::read(
            br#"{"error":"x","error_type":"Overloaded","estimated_time":20.5}"#,
            &HeaderMap::new(),
        );
        assert_eq!(said.error_type(), Some("overloaded"));
        assert_eq!(said.estimated_time(), Some(20.5));
    }
}

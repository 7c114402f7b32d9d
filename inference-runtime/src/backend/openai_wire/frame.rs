//! One frame of a stream: a chunk of an answer in the form of OpenAI or text-generation-inference, an error, or the
//! end.

use http::StatusCode;
use serde_json::Value;

use crate::{
    backend::{Chunk, Usage},
    task::openai,
};

#[derive(Debug, PartialEq)]
pub(super) enum Frame {
    Chunk {
        chunk: Chunk,
        /// The model has finished; only usage may follow.
        last: bool,
    },
    /// The service failed while answering. The status is the one in the frame, otherwise the stream's 200.
    Error(StatusCode),
    Done,
}

/// Reads the data of an event with this name.
pub(super) fn read(name: &str, data: &str) -> serde_json::Result<Frame> {
    let data = data.trim();
    if data == "[DONE]" {
        return Ok(Frame::Done);
    }
    if data.is_empty() {
        return Ok(read_choice(&Value::Null));
    }
    let value = match serde_json::from_str(data) {
        Ok(value) => value,
        // Some services send errors as plain text.
        Err(_) if name == "error" => return Ok(Frame::Error(StatusCode::OK)),
        Err(error) => return Err(error),
    };
    Ok(if name == "error" || is_error(&value) {
        Frame::Error(status(&value))
    } else if value.get("token").is_some_and(Value::is_object) {
        read_token(&value)
    } else {
        read_choice(&value)
    })
}

fn is_error(value: &Value) -> bool {
    let has_message = match value.get("error") {
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Object(_) | Value::Array(_)) => true,
        _ => false,
    };
    has_message || value.get("object").and_then(Value::as_str) == Some("error")
}

/// Returns the status that an error frame contains.
fn status(value: &Value) -> StatusCode {
    let error = value
        .get("error")
        .filter(|error| error.is_object())
        .unwrap_or(value);
    ["http_status_code", "status_code", "status", "code"]
        .iter()
        .filter_map(|name| match error.get(name)? {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        })
        .filter_map(|code| StatusCode::from_u16(u16::try_from(code).ok()?).ok())
        .find(|status| status.is_client_error() || status.is_server_error())
        .unwrap_or(StatusCode::OK)
}

/// Reads a frame of text-generation-inference: one token, and in the last frame the complete text.
fn read_token(value: &Value) -> Frame {
    let token = &value["token"];
    let details = &value["details"];
    let special = token["special"].as_bool().unwrap_or(false);
    let usage = Usage {
        input_tokens: details["input_length"].as_u64(),
        output_tokens: details["generated_tokens"].as_u64(),
    };
    Frame::Chunk {
        chunk: Chunk {
            // The token that ends a sequence is not text.
            text: text(&token["text"])
                .filter(|_| !special)
                .unwrap_or_default(),
            finish_reason: text(&details["finish_reason"]),
            usage: (usage != Usage::default()).then_some(usage),
            ..Chunk::default()
        },
        last: value["generated_text"].is_string() || details["finish_reason"].is_string(),
    }
}

/// Reads a frame of OpenAI's chat or completions. The index of a choice is ignored: old servers count tokens there.
fn read_choice(value: &Value) -> Frame {
    let choice = &value["choices"][0];
    let delta = if choice["delta"].is_object() {
        &choice["delta"]
    } else {
        &choice["message"]
    };
    let finish_reason = text(&choice["finish_reason"]);
    let usage = openai::usage(&value["usage"]).or_else(|| openai::usage(&value["x_groq"]["usage"]));
    let last = finish_reason.is_some();
    Frame::Chunk {
        chunk: Chunk {
            text: openai::content(&delta["content"])
                .or_else(|| text(&choice["text"]))
                .unwrap_or_default(),
            reasoning: openai::reasoning(delta).unwrap_or_default(),
            finish_reason,
            usage,
        },
        last,
    }
}

/// Returns a text that is not empty.
fn text(value: &Value) -> Option<String> {
    value
        .as_str()
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::{Frame, read};
    use crate::backend::{Chunk, Usage};

    fn read_chunk(data: &str) -> (Chunk, bool) {
        match read("message", data) {
            Ok(Frame::Chunk { chunk, last }) => (chunk, last),
            other => panic!("{data}: {other:?}"),
        }
    }

    fn usage(input: u64, output: u64) -> Option<Usage> {
        Some(Usage {
            input_tokens: Some(input),
            output_tokens: Some(output),
        })
    }

    #[test]
    fn text_is_read_from_every_form() {
        for (name, data, text) in [
            (
                "chat",
                r#"{"choices":[{"index":0,"delta":{"role":"assistant","content":"Hi"},"finish_reason":null}]}"#,
                "Hi",
            ),
            (
                "an index that counts tokens",
                r#"{"choices":[{"index":17,"delta":{"content":"Hi"}}]}"#,
                "Hi",
            ),
            (
                "a role of null",
                r#"{"choices":[{"delta":{"role":null,"content":"Hi"}}]}"#,
                "Hi",
            ),
            ("an empty delta", r#"{"choices":[{"delta":{}}]}"#, ""),
            ("a delta of null", r#"{"choices":[{"delta":null}]}"#, ""),
            (
                "content of null",
                r#"{"choices":[{"delta":{"content":null}}]}"#,
                "",
            ),
            (
                "empty content",
                r#"{"choices":[{"delta":{"content":""}}]}"#,
                "",
            ),
            (
                "content in parts",
                r#"{"choices":[{"delta":{"content":[{"type":"text","text":"H"},{"type":"text","text":"i"}]}}]}"#,
                "Hi",
            ),
            (
                "tool calls with nulls",
                r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":null,"type":null,"function":{"name":null,"arguments":"{"}}]}}]}"#,
                "",
            ),
            (
                "a message in place of a delta",
                r#"{"choices":[{"message":{"content":"Hi"}}]}"#,
                "Hi",
            ),
            ("no choices", r#"{"choices":[]}"#, ""),
            ("choices of null", r#"{"choices":null}"#, ""),
            (
                "extra keys",
                r#"{"id":"","created":1e12,"system_fingerprint":null,"choices":[{"delta":{"content":"Hi","token_id":5},"content_filter_results":{}}],"error":null}"#,
                "Hi",
            ),
            (
                "completions",
                r#"{"object":"text_completion","choices":[{"text":"Hi","finish_reason":null}]}"#,
                "Hi",
            ),
            (
                "a token",
                r#"{"index":1,"token":{"id":5,"text":" Hi","logprob":-0.1,"special":false},"generated_text":null,"details":null}"#,
                " Hi",
            ),
            (
                "a special token",
                r#"{"index":9,"token":{"id":2,"text":"</s>","logprob":-0.1,"special":true},"generated_text":null}"#,
                "",
            ),
            ("nothing", "", ""),
        ] {
            let (chunk, last) = read_chunk(data);
            assert_eq!(chunk.text, text, "{name}");
            assert!(!last, "{name}");
        }
    }

    #[test]
    fn the_last_chunk_is_recognized() {
        let (chunk, last) =
            read_chunk(r#"{"choices":[{"delta":{"content":"."},"finish_reason":"eos_token"}]}"#);
        assert_eq!(
            (chunk.text.as_str(), chunk.finish_reason.as_deref(), last),
            (".", Some("eos_token"), true)
        );
        let (chunk, last) = read_chunk(
            r#"{"token":{"text":"</s>","special":true},"generated_text":"Hi.","details":{"finish_reason":"eos_token","generated_tokens":3,"input_length":2,"seed":null}}"#,
        );
        assert_eq!(
            (chunk.text.as_str(), chunk.usage, last),
            ("", usage(2, 3), true)
        );
        assert_eq!(chunk.finish_reason.as_deref(), Some("eos_token"));
        let (chunk, last) = read_chunk(
            r#"{"token":{"text":".","special":false},"generated_text":"Hi.","details":null}"#,
        );
        assert_eq!(
            (chunk.text.as_str(), chunk.finish_reason, last),
            (".", None, true)
        );
        let (chunk, last) = read_chunk(r#"{"choices":[{"delta":{},"finish_reason":""}]}"#);
        assert_eq!((chunk.finish_reason, last), (None, false));
        assert_eq!(read("message", "[DONE]").expect("the end"), Frame::Done);
        assert_eq!(read("message", " [DONE]\n").expect("the end"), Frame::Done);
    }

    #[test]
    fn usage_is_read_from_every_place() {
        for (name, data) in [
            (
                "a frame of its own",
                r#"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}}"#,
            ),
            (
                "the last chunk",
                r#"{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":5}}"#,
            ),
            (
                "groq's own field",
                r#"{"choices":[{"delta":{},"finish_reason":"stop"}],"x_groq":{"usage":{"prompt_tokens":3,"completion_tokens":5}}}"#,
            ),
        ] {
            assert_eq!(read_chunk(data).0.usage, usage(3, 5), "{name}");
        }
        assert_eq!(
            read_chunk(r#"{"choices":[{"delta":{"content":"a"}}],"usage":null}"#)
                .0
                .usage,
            None
        );
    }

    #[test]
    fn reasoning_is_not_text() {
        for name in ["reasoning", "reasoning_content"] {
            let (chunk, _) = read_chunk(&format!(
                r#"{{"choices":[{{"delta":{{"content":null,"{name}":"hm"}}}}]}}"#
            ));
            assert_eq!(
                (chunk.text.as_str(), chunk.reasoning.as_str()),
                ("", "hm"),
                "{name}"
            );
        }
    }

    #[test]
    fn errors_are_distinguished_from_chunks() {
        for (name, event, data, status) in [
            (
                "TGI",
                "message",
                r#"{"error":"Input validation error: x","error_type":"validation"}"#,
                200,
            ),
            (
                "TGI's chat",
                "message",
                r#"{"error":{"message":"x","http_status_code":422}}"#,
                422,
            ),
            (
                "OpenAI",
                "message",
                r#"{"error":{"message":"x","type":"server_error","code":"rate_limit_exceeded"}}"#,
                200,
            ),
            (
                "llama.cpp",
                "message",
                r#"{"error":{"code":500,"message":"x","type":"server_error"}}"#,
                500,
            ),
            (
                "old vLLM",
                "message",
                r#"{"object":"error","message":"x","code":400}"#,
                400,
            ),
            (
                "an error beside a choice",
                "message",
                r#"{"choices":[{"delta":{"content":"a"}}],"error":{"message":"x"}}"#,
                200,
            ),
            (
                "the event's name",
                "error",
                r#"{"message":"x","status_code":503}"#,
                503,
            ),
            ("the event's name and text", "error", "no more", 200),
            (
                "a code that is not a status",
                "message",
                r#"{"error":{"message":"x","code":7}}"#,
                200,
            ),
        ] {
            let status = StatusCode::from_u16(status).expect("a status");
            assert_eq!(
                read(event, data).expect(name),
                Frame::Error(status),
                "{name}"
            );
        }
        read("message", "{\"choices\":").expect_err("invalid JSON");
    }
}

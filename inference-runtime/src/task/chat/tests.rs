use std::{borrow::Cow, sync::Arc};

use serde_json::json;

use super::{
    Chat, ChatCompletion, ChatCompletionParameters, ChatReply, Content, FunctionCall, Message,
    Part, Role, Tool, ToolCall, ToolChoice,
};
use crate::{
    backend::Usage,
    task::{
        Accepts, IntoParameter, Media, Task,
        testing::{
            assert_decodes, assert_input_rejected, assert_parameters_rejected, assert_rejected,
            inputs, wire,
        },
    },
};

fn accepted<I: ?Sized>(input: &I) -> String
where
    ChatCompletion: Accepts<I>,
{
    let chat = <ChatCompletion as Accepts<I>>::accept(input).expect("a conversation");
    inputs::<ChatCompletion>(&chat)
}

fn reply(text: &str, finish_reason: &str) -> ChatReply {
    ChatReply {
        finish_reason: Some(finish_reason.to_owned()),
        ..ChatReply::new(text)
    }
}

fn call(id: &str, name: &str, arguments: &str) -> ToolCall {
    ToolCall {
        id: id.to_owned(),
        r#type: "function".to_owned(),
        function: FunctionCall {
            name: name.to_owned(),
            arguments: arguments.to_owned(),
        },
    }
}

fn calling(calls: Vec<ToolCall>) -> ChatReply {
    ChatReply {
        message: Message {
            role: Role::Assistant,
            tool_calls: calls,
            ..Message::default()
        },
        finish_reason: Some("tool_calls".to_owned()),
        ..ChatReply::default()
    }
}

#[test]
fn text_messages_and_conversations_are_accepted() {
    let one = r#"[{"role":"user","content":"Hi"}]"#;
    assert_eq!(accepted("Hi"), one);
    assert_eq!(accepted(&"Hi"), one);
    assert_eq!(accepted(&"Hi".to_owned()), one);
    assert_eq!(accepted(&&"Hi".to_owned()), one);
    assert_eq!(accepted(&Cow::Borrowed("Hi")), one);
    assert_eq!(accepted(&Arc::<str>::from("Hi")), one);
    let message = Message::user("Hi");
    assert_eq!(accepted(&message), one);
    let array = [message.clone()];
    assert_eq!(accepted(&array), one);
    assert_eq!(accepted(std::slice::from_ref(&message)), one);
    assert_eq!(accepted(&[message.clone()].as_slice()), one);
    assert_eq!(accepted(&vec![message.clone()]), one);
    assert_eq!(accepted(&&vec![message.clone()]), one);
    assert_eq!(accepted(&Chat::new([message])), one);
}

#[test]
fn every_kind_of_message_is_serialized() {
    let photo = Media::new(&b"\x89PNG"[..], "image/png");
    for (name, message, expected) in [
        (
            "system",
            Message::system("Be brief."),
            json!({"role": "system", "content": "Be brief."}),
        ),
        (
            "empty text",
            Message::user(""),
            json!({"role": "user", "content": ""}),
        ),
        (
            "a name",
            Message::user("Hi").named("Ana"),
            json!({"role": "user", "content": "Hi", "name": "Ana"}),
        ),
        (
            "images",
            Message::user([
                Part::text("Which?"),
                Part::image(&photo),
                Part::image_url("https://example.org/a.png"),
            ]),
            json!({"role": "user", "content": [
                {"type": "text", "text": "Which?"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}},
                {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
            ]}),
        ),
        (
            "calls",
            calling(vec![call("1", "weather", r#"{"city":"Lima"}"#)]).message,
            json!({"role": "assistant", "tool_calls": [
                {"id": "1", "type": "function", "function": {"name": "weather", "arguments": "{\"city\":\"Lima\"}"}},
            ]}),
        ),
        (
            "a result",
            Message::tool("1", "19 °C"),
            json!({"role": "tool", "content": "19 °C", "tool_call_id": "1"}),
        ),
    ] {
        assert_eq!(
            serde_json::to_value(&message).expect(name),
            expected,
            "{name}"
        );
        let back: Message = serde_json::from_value(expected).expect(name);
        assert_eq!(back, message, "{name}: deserialized");
    }
    let message = Message::user([Part::text("a"), Part::image(&photo), Part::text("b")]);
    assert_eq!(message.text(), "ab");
}

#[test]
fn deserialization_error_names_the_mistake() {
    for (json, message) in [
        (
            json!({"role": "king", "content": "Hi"}),
            "unknown variant `king`",
        ),
        (
            json!({"role": "user", "content": 5}),
            "expected text or a list of parts",
        ),
        (
            json!({"role": "user", "content": [{"type": "smell"}]}),
            "unknown variant `smell`",
        ),
        (json!({"content": "Hi"}), "missing field `role`"),
    ] {
        let error = serde_json::from_value::<Message>(json).expect_err(message);
        assert!(error.to_string().contains(message), "{error}");
    }
}

#[test]
fn size_counts_text_images_and_calls() {
    let photo = Media::new(vec![0; 100], "image/png");
    let chat = Chat::new([
        Message::system("12345"),
        Message::user([Part::text("123"), Part::image(&photo)]),
        calling(vec![call("1", "f", "{}")]).message,
    ]);
    assert_eq!(ChatCompletion::size(&chat), 5 + 3 + 100 + 3);
}

#[test]
fn empty_conversation_and_reserved_parameters_are_rejected() {
    assert_input_rejected::<ChatCompletion>(
        &Chat::default(),
        "a conversation needs at least one message",
    );
    let chat = Chat::new([Message::user("Hi")]);
    for (body, message) in [
        (json!([1]), "the parameter `extra_body` must be an object"),
        (
            json!({"stream": true}),
            "the parameter `extra_body` cannot set `stream`",
        ),
        (
            json!({"model": "x"}),
            "the parameter `extra_body` cannot set `model`",
        ),
    ] {
        let parameters = ChatCompletionParameters {
            extra_body: Some(body),
            ..ChatCompletionParameters::default()
        };
        assert_parameters_rejected::<ChatCompletion>(&chat, &parameters, message);
    }
}

#[test]
fn parameters_are_fields_of_the_body() {
    assert_eq!(wire(&ChatCompletionParameters::default()), "{}");
    let parameters = ChatCompletionParameters {
        frequency_penalty: Some(0.5),
        logit_bias: Some(json!({"50256": -100})),
        logprobs: Some(true),
        max_tokens: Some(100),
        n: Some(1),
        presence_penalty: Some(-0.5),
        reasoning_effort: Some("low".to_owned()),
        response_format: Some(json!({"type": "json_object"})),
        seed: Some(7),
        stop: ["###"].into_parameter(),
        stream_options: Some(json!({"include_usage": true})),
        temperature: Some(0.7),
        tool_choice: ToolChoice::Function("weather".to_owned()).into_parameter(),
        tool_prompt: Some("Tools:".to_owned()),
        tools: [Tool::function(
            "weather",
            "The weather",
            json!({"type": "object"}),
        )]
        .into_parameter(),
        top_logprobs: Some(2),
        top_p: Some(0.9),
        extra_body: Some(json!({"top_k": 40})),
    };
    let written = serde_json::to_value(&parameters).expect("JSON");
    assert_eq!(
        written,
        json!({
            "frequency_penalty": 0.5,
            "logit_bias": {"50256": -100},
            "logprobs": true,
            "max_tokens": 100,
            "n": 1,
            "presence_penalty": -0.5,
            "reasoning_effort": "low",
            "response_format": {"type": "json_object"},
            "seed": 7,
            "stop": ["###"],
            "stream_options": {"include_usage": true},
            "temperature": 0.7,
            "tool_choice": {"type": "function", "function": {"name": "weather"}},
            "tool_prompt": "Tools:",
            "tools": [{"type": "function", "function": {
                "name": "weather", "description": "The weather", "parameters": {"type": "object"},
            }}],
            "top_logprobs": 2,
            "top_p": 0.9,
            "top_k": 40,
        })
    );
    for (choice, word) in [
        (ToolChoice::Auto, "auto"),
        (ToolChoice::None, "none"),
        (ToolChoice::Required, "required"),
    ] {
        assert_eq!(serde_json::to_value(&choice).expect(word), json!(word));
    }
}

#[test]
fn replies_are_decoded_in_every_form() {
    let counted = Usage {
        input_tokens: Some(3),
        output_tokens: Some(5),
    };
    let cases = [
        (
            "OpenAI's",
            r#"{"id":"c","object":"chat.completion","created":1,"model":"m","system_fingerprint":"f","choices":[{"index":0,"finish_reason":"stop","logprobs":null,"message":{"role":"assistant","content":"Hi"}}],"usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}}"#,
            ChatReply {
                usage: Some(counted),
                ..reply("Hi", "stop")
            },
        ),
        (
            "an empty id, another object, no fingerprint, no usage",
            r#"{"id":"","object":"text_completion","created":1e12,"choices":[{"index":0,"finish_reason":"eos_token","message":{"role":"assistant","content":"Hi"}}]}"#,
            reply("Hi", "eos_token"),
        ),
        (
            "a fingerprint of null, usage of null, extra keys",
            r#"{"system_fingerprint":null,"usage":null,"warnings":["w"],"x_groq":{"id":"r"},"time_info":{},"choices":[{"seed":1,"stop_reason":2,"text":"","token_id":5,"content_filter_results":{},"finish_reason":"eos","message":{"role":"assistant","content":"Hi","instance_id":"i"}}]}"#,
            reply("Hi", "eos"),
        ),
        (
            "usage in groq's place",
            r#"{"x_groq":{"usage":{"prompt_tokens":3.0,"completion_tokens":5}},"choices":[{"finish_reason":"length","message":{"content":"Hi"}}]}"#,
            ChatReply {
                usage: Some(counted),
                ..reply("Hi", "length")
            },
        ),
        (
            "probabilities",
            r#"{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop","logprobs":{"content":[{"token":"Hi","logprob":-0.5,"top_logprobs":[]}]}}]}"#,
            ChatReply {
                logprobs: Some(
                    json!({"content": [{"token": "Hi", "logprob": -0.5, "top_logprobs": []}]}),
                ),
                ..reply("Hi", "stop")
            },
        ),
        (
            "no reason, no role",
            r#"{"choices":[{"message":{"role":null,"content":"Hi"},"finish_reason":null}]}"#,
            ChatReply::new("Hi"),
        ),
        (
            "several choices",
            r#"{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"},{"message":{"content":"Ho"},"finish_reason":"stop"}]}"#,
            reply("Hi", "stop"),
        ),
        (
            "content in parts",
            r#"{"choices":[{"message":{"content":[{"type":"thinking","thinking":[]},{"type":"text","text":"H"},{"type":"text","text":"i"}]},"finish_reason":"stop_sequence"}]}"#,
            reply("Hi", "stop_sequence"),
        ),
        (
            "completions",
            r#"{"object":"text_completion","choices":[{"text":"Hi","finish_reason":"length"}]}"#,
            reply("Hi", "length"),
        ),
        (
            "reasoning in one field",
            r#"{"choices":[{"message":{"content":"Hi","reasoning_content":"hm"},"finish_reason":"stop"}]}"#,
            ChatReply {
                reasoning: Some("hm".to_owned()),
                ..reply("Hi", "stop")
            },
        ),
        (
            "reasoning in the other field, and truncated before any content",
            r#"{"choices":[{"message":{"content":null,"reasoning":"hm"},"finish_reason":"length"}]}"#,
            ChatReply {
                message: Message {
                    content: None,
                    ..Message::assistant("")
                },
                reasoning: Some("hm".to_owned()),
                ..reply("", "length")
            },
        ),
        (
            "calls",
            r#"{"choices":[{"finish_reason":"tool_calls","message":{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Lima\"}"}},{"id":"b","type":"function","function":{"name":"time","arguments":""}}]}}]}"#,
            calling(vec![
                call("a", "weather", r#"{"city":"Lima"}"#),
                call("b", "time", "{}"),
            ]),
        ),
        (
            "calls of text-generation-inference 1.4: a number for an id, an object of arguments, a description of null",
            r#"{"choices":[{"finish_reason":"tool_calls","message":{"role":"assistant","tool_calls":[{"id":0,"type":"function","function":{"description":null,"name":"weather","arguments":{"city":"Lima"}}}]}}]}"#,
            calling(vec![call("0", "weather", r#"{"city":"Lima"}"#)]),
        ),
        (
            "one call in place of a list, with `parameters`, no id and a type of null",
            r#"{"choices":[{"finish_reason":"tool_calls","message":{"tool_calls":{"type":null,"function":{"name":"weather","parameters":{"city":"Lima"}}}}}]}"#,
            calling(vec![call("", "weather", r#"{"city":"Lima"}"#)]),
        ),
        (
            "a call without arguments",
            r#"{"choices":[{"finish_reason":"tool_calls","message":{"tool_calls":[{"id":null,"function":{"name":"time"}}]}}]}"#,
            calling(vec![call("", "time", "{}")]),
        ),
        (
            "calls of null",
            r#"{"choices":[{"finish_reason":"stop","message":{"content":"Hi","tool_calls":null}}]}"#,
            reply("Hi", "stop"),
        ),
    ];
    assert_decodes::<ChatCompletion>(&Chat::default(), &cases);
}

#[test]
fn error_names_the_mismatch_in_a_reply() {
    assert_rejected::<ChatCompletion>(
        &Chat::default(),
        &[
            ("{}", "expected the field `choices`, found an empty object"),
            ("[]", "expected an object, found an empty list"),
            (
                r#"{"choices":[]}"#,
                "expected a choice, found none, at `choices`",
            ),
            (
                r#"{"choices":[{"message":{}}]}"#,
                "expected `content` or `tool_calls`, found neither, at `choices[0].message`",
            ),
            (
                r#"{"choices":[{"message":{"content":5}}]}"#,
                "expected text at `choices[0].message.content`, found a number",
            ),
            (
                r#"{"choices":[{"message":null}]}"#,
                "expected an object at `choices[0].message`, found null",
            ),
            (
                r#"{"choices":[{"message":{"tool_calls":[{"id":"1"}]}}]}"#,
                "expected a call of a function: missing field `function`, at `choices[0].message.tool_calls[0]`",
            ),
        ],
    );
}

#[test]
fn arguments_are_parsed_as_a_type() {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Weather {
        city: String,
    }
    let call = call("1", "weather", r#"{"city":"Lima"}"#);
    let weather: Weather = call.function.parse().expect("arguments");
    assert_eq!(weather.city, "Lima");
    let content = Content::from(vec![Part::text("a")]);
    assert_eq!(
        serde_json::to_value(content).expect("JSON"),
        json!([{"type": "text", "text": "a"}])
    );
}

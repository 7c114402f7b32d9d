//! Chat completion.

use inference_runtime::task::{
    Chat, ChatCompletion, FunctionCall, Media, Message, Part, Tool, ToolCall, ToolChoice,
};
use serde_json::{Value, json};

use crate::{
    case::{Case, case},
    media::PNG,
};

pub(crate) async fn cases() -> Vec<Case> {
    vec![
        case::<ChatCompletion, _>(
            conversation(),
            |all| {
                all.frequency_penalty = Some(0.1);
                all.logit_bias = Some(json!([0.5]));
                all.logprobs = Some(true);
                all.max_tokens = Some(20);
                all.n = Some(1);
                all.presence_penalty = Some(0.1);
                all.reasoning_effort = Some("low".to_owned());
                all.response_format = Some(json!({
                    "type": "json_schema",
                    "json_schema": {
                        "name": "weather",
                        "description": "The weather, now",
                        "schema": {"type": "object"},
                        "strict": true,
                    },
                }));
                all.seed = Some(7);
                all.stop = Some(vec![".".to_owned()]);
                all.stream_options = Some(json!({"include_usage": true}));
                all.temperature = Some(0.5);
                all.tool_choice = Some(ToolChoice::Function("weather".to_owned()));
                all.tool_prompt = Some("These functions are available:".to_owned());
                all.tools = Some(vec![weather()]);
                all.top_logprobs = Some(2);
                all.top_p = Some(0.9);
                all.extra_body = Some(json!({"top_k": 40}));
            },
            answer(),
        )
        .await,
    ]
}

fn weather() -> Tool {
    let mut weather = Tool::function(
        "weather",
        "The weather in a city, now",
        json!({"type": "object"}),
    );
    weather.function.strict = Some(true);
    weather
}

fn conversation() -> Chat {
    let mut assistant = Message::assistant("");
    assistant.content = None;
    assistant.tool_calls = vec![ToolCall {
        id: "call_1".to_owned(),
        r#type: "function".to_owned(),
        function: FunctionCall {
            name: "weather".to_owned(),
            arguments: "{\"city\":\"Lima\"}".to_owned(),
        },
    }];
    let image = Part::image(&Media::sniffed(PNG));
    Chat::new([
        Message::system("Be brief."),
        Message::user([Part::text("The weather in this city?"), image]).named("ada"),
        assistant,
        Message::tool("call_1", "Fog"),
    ])
}

/// One choice has text and one a tool call: the schema allows either in a message.
fn answer() -> Value {
    let likely = json!({"token": "Fog", "logprob": -0.1});
    let logprobs = json!({"content": [{
        "token": "Fog",
        "logprob": -0.1,
        "top_logprobs": [likely],
    }]});
    let call = json!({
        "id": "call_2",
        "type": "function",
        "function": {"name": "weather", "arguments": "{}", "description": "The weather"},
    });
    json!({
        "id": "1",
        "created": 1_700_000_000,
        "model": "org/model",
        "system_fingerprint": "",
        "choices": [
            {
                "index": 0,
                "finish_reason": "tool_calls",
                "logprobs": logprobs,
                "message": {"role": "assistant", "tool_calls": [call]},
            },
            {
                "index": 1,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": "Fog", "tool_call_id": "call_1"},
            },
        ],
        "usage": {"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10},
    })
}

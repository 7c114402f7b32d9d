//! Inputs of every kind.

use inference_runtime::{
    prelude::*,
    task::{Content, FunctionCall, Part, ToolCall},
};
use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::{Value, json};

pub(super) trait Sample: Sized {
    fn samples() -> BoxedStrategy<Self>;
}

impl Sample for String {
    fn samples() -> BoxedStrategy<Self> {
        any::<Self>().boxed()
    }
}

impl Sample for Value {
    fn samples() -> BoxedStrategy<Self> {
        let leaf = prop_oneof![
            Just(Self::Null),
            any::<bool>().prop_map(Self::from),
            any::<i64>().prop_map(Self::from),
            any::<u64>().prop_map(Self::from),
            any::<f64>()
                .prop_filter("JSON has no others", |number| number.is_finite())
                .prop_map(Self::from),
            any::<String>().prop_map(Self::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                vec(inner.clone(), 0..4).prop_map(Self::from),
                vec((any::<String>(), inner), 0..4)
                    .prop_map(|members| Self::Object(members.into_iter().collect())),
            ]
        })
        .boxed()
    }
}

impl Sample for MediaInput {
    fn samples() -> BoxedStrategy<Self> {
        let types = [
            "image/png",
            "image/jpeg",
            "image/x-of-ours; v=\"1,5\"",
            "audio/wav",
            "audio/x-wav",
            "audio/ogg; codecs=opus",
            "video/mp4",
            "application/octet-stream",
        ];
        let begins: [&[u8]; 5] = [
            b"",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            b"RIFF\x24\0\0\0WAVEfmt ",
            b"%PDF-1.7\n",
            b"<html>",
        ];
        let bytes = (select(begins.to_vec()), vec(any::<u8>(), 0..64))
            .prop_map(|(begin, rest)| [begin, &rest].concat());
        prop_oneof![
            bytes.clone().prop_map(Self::from),
            (bytes, select(types.to_vec()))
                .prop_map(|(bytes, media_type)| Media::new(bytes, media_type).into()),
            "https?://[a-z.]{1,12}/[a-zA-Z0-9?&=%]{0,20}".prop_map(Self::Url),
        ]
        .boxed()
    }
}

impl Sample for MediaQuestion {
    fn samples() -> BoxedStrategy<Self> {
        (MediaInput::samples(), any::<String>())
            .prop_map(|(image, question)| Self::new(image, question))
            .boxed()
    }
}

impl Sample for Question {
    fn samples() -> BoxedStrategy<Self> {
        (any::<String>(), any::<String>())
            .prop_map(|(question, context)| Self::new(question, context))
            .boxed()
    }
}

impl Sample for Ranking {
    fn samples() -> BoxedStrategy<Self> {
        (any::<String>(), vec(any::<String>(), 0..4))
            .prop_map(|(query, texts)| Self::new(query, texts))
            .boxed()
    }
}

impl Sample for Sentences {
    fn samples() -> BoxedStrategy<Self> {
        (any::<String>(), vec(any::<String>(), 0..4))
            .prop_map(|(sentence, others)| Self::new(sentence, others))
            .boxed()
    }
}

impl Sample for Table {
    fn samples() -> BoxedStrategy<Self> {
        // Out of alphabetical order too: answers refer to columns by their number.
        vec((any::<String>(), vec(any::<String>(), 0..4)), 0..4)
            .prop_map(|columns| {
                columns
                    .into_iter()
                    .fold(Self::new(), |table, (name, cells)| {
                        table.column(name, cells)
                    })
            })
            .boxed()
    }
}

impl Sample for TableQuestion {
    fn samples() -> BoxedStrategy<Self> {
        (any::<String>(), Table::samples())
            .prop_map(|(question, table)| Self::new(question, table))
            .boxed()
    }
}

impl Sample for Chat {
    fn samples() -> BoxedStrategy<Self> {
        vec(message(), 0..4).prop_map(Self::new).boxed()
    }
}

fn message() -> impl Strategy<Value = Message> {
    let part = prop_oneof![
        any::<String>().prop_map(Part::text),
        any::<String>().prop_map(Part::image_url),
    ];
    let content = prop_oneof![
        any::<String>().prop_map(Content::Text),
        vec(part, 0..3).prop_map(Content::Parts),
    ];
    // No call without arguments: it is read as one with an empty object.
    let call =
        (any::<String>(), any::<String>(), any::<i32>()).prop_map(|(id, name, number)| ToolCall {
            id,
            r#type: "function".to_owned(),
            function: FunctionCall {
                name,
                arguments: json!({"n": number}).to_string(),
            },
        });
    let speaker = select(vec!["system", "user", "assistant", "tool"]);
    let rest = (
        option::of(any::<String>()),
        option::of(any::<String>()),
        vec(call, 0..3),
    );
    (speaker, content, rest).prop_map(|(speaker, content, (name, id, calls))| {
        let mut message = match speaker {
            "system" => Message::system(content),
            "user" => Message::user(content),
            "assistant" => Message::assistant(content),
            _ => Message::tool("id", content),
        };
        message.name = name;
        message.tool_call_id = id;
        message.tool_calls = calls;
        message
    })
}

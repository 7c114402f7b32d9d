use std::any::type_name;

use schemars::{JsonSchema, generate::SchemaSettings};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Structured, json};
use crate::{
    Call, ErrorKind, InferenceError, Receive,
    call::{Rejection, Validation},
    task::{Chat, ChatCompletion, ChatReply, DecodeError, ImageTextToText, Message, Task},
};

/// The maximum length of a schema's name, set by the services.
const MAX_NAME_CHARS: usize = 64;

/// Implements [`Receive`] for each chat task, since the compiler lists the implementations in its help.
macro_rules! receive {
    ($($task:ident),+) => {$(
        impl<V: DeserializeOwned + JsonSchema> Receive<$task> for Structured<V> {
            type Value = V;

            fn prepare(call: &mut Call<'_, $task>) {
                call.parameters
                    .response_format
                    .get_or_insert_with(response_format::<V>);
                call.options.get_or_insert_default().validation = Some(Validation {
                    type_name: type_name::<V>(),
                    validate: validate::<$task, V>,
                });
            }

            async fn receive(mut call: Call<'_, $task>) -> Result<Self, InferenceError> {
                Self::prepare(&mut call);
                let (inference, spec) = (call.inference, call.spec);
                let reply = call.predict().await?.into_inner();
                // Validation has parsed the reply before, so this rarely fails.
                json::read(&reply.message.text())
                    .map(Self)
                    .map_err(|error| {
                        let message = format!("cannot parse the answer as `{}`", type_name::<V>());
                        let error =
                            InferenceError::new(ErrorKind::UnexpectedOutput, message).with_source(error);
                        inference.log_error(spec, &error);
                        error
                    })
            }

            fn from_fallback(value: V) -> Self {
                Self(value)
            }
        }
    )+};
}

receive!(ChatCompletion, ImageTextToText);

/// Returns the schema as OpenAI's `response_format`. Backends of services with another format convert it.
fn response_format<V: JsonSchema>() -> Value {
    let settings = SchemaSettings::default().with(|settings| settings.meta_schema = None);
    let schema = settings.into_generator().into_root_schema_for::<V>();
    let name: String = V::schema_name()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .take(MAX_NAME_CHARS)
        .collect();
    json!({"type": "json_schema", "json_schema": {"name": name, "schema": schema}})
}

fn validate<T: Task<Input = Chat>, V: DeserializeOwned>(
    chat: &Chat,
    reply: &ChatReply,
) -> Result<(), Rejection<T>> {
    let text = reply.message.text();
    let Err(error) = json::read::<V>(&text) else {
        return Ok(());
    };
    let mut retry_input = chat.clone();
    // Some services reject empty messages.
    if !text.is_empty() {
        retry_input.messages.push(Message::assistant(&*text));
    }
    retry_input.messages.push(Message::user(format!(
        "This answer cannot be used: {error}. Answer again, with JSON that fits the schema and nothing else."
    )));
    Err(Rejection {
        reason: DecodeError::unexpected(error.to_string()),
        text: text.into_owned(),
        retry_input,
    })
}

#[cfg(test)]
mod tests {
    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
    use serde::Deserialize;
    use serde_json::json;

    use super::{response_format, validate};
    use crate::task::{Chat, ChatCompletion, ChatReply, Message};

    #[derive(Deserialize)]
    #[allow(dead_code, reason = "only whether it parses matters")]
    struct City {
        name: String,
    }

    impl JsonSchema for City {
        fn schema_name() -> std::borrow::Cow<'static, str> {
            "a city/of\u{e4}".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({"type": "object", "properties": {"name": {"type": "string"}}})
        }
    }

    #[test]
    fn schema_is_sent_in_openais_format() {
        assert_eq!(
            response_format::<City>(),
            json!({"type": "json_schema", "json_schema": {
                "name": "a_city_of_",
                "schema": {
                    "title": "a city/of\u{e4}",
                    "type": "object",
                    "properties": {"name": {"type": "string"}},
                },
            }})
        );
    }

    #[test]
    fn rejected_reply_is_retried_with_the_parse_error() {
        let chat = Chat::new([Message::user("A city?")]);
        assert!(
            validate::<ChatCompletion, City>(&chat, &ChatReply::new(r#"{"name":"Lima"}"#)).is_ok()
        );
        let Err(rejection) =
            validate::<ChatCompletion, City>(&chat, &ChatReply::new(r#"{"nam":"Lima"}"#))
        else {
            panic!("the reply does not match the schema");
        };
        let messages = rejection.retry_input.messages;
        assert_eq!(
            messages[..2],
            [
                Message::user("A city?"),
                Message::assistant(r#"{"nam":"Lima"}"#)
            ]
        );
        assert!(
            messages[2].text().contains("missing field `name`"),
            "{:?}",
            messages[2]
        );

        let Err(rejection) = validate::<ChatCompletion, City>(&chat, &ChatReply::new("")) else {
            panic!("the reply is empty");
        };
        assert_eq!(rejection.retry_input.messages.len(), 2, "no empty message");
    }
}

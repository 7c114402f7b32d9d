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

/// The services' limit for the name of a schema.
const MAX_NAME_CHARS: usize = 64;

/// The tasks that answer in a conversation: an implementation for each, as the compiler shows them in its help.
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
                // It has been read before, when it came.
                json::read(&reply.message.text())
                    .map(Self)
                    .map_err(|error| {
                        let message = format!("the answer cannot be read as `{}`", type_name::<V>());
                        let error =
                            InferenceError::new(ErrorKind::UnexpectedOutput, message).with_source(error);
                        inference.log(spec, &error);
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

/// OpenAI's form. Backends of services that want another rewrite it.
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
    // Some services refuse a turn in which nothing is said.
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
    #[allow(dead_code, reason = "only whether it can be read matters")]
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
    fn the_schema_goes_in_openais_form() {
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
    fn the_model_is_told_what_is_wrong() {
        let chat = Chat::new([Message::user("A city?")]);
        assert!(
            validate::<ChatCompletion, City>(&chat, &ChatReply::new(r#"{"name":"Lima"}"#)).is_ok()
        );
        let Err(refused) =
            validate::<ChatCompletion, City>(&chat, &ChatReply::new(r#"{"nam":"Lima"}"#))
        else {
            panic!("it does not fit");
        };
        let told = refused.retry_input.messages;
        assert_eq!(
            told[..2],
            [
                Message::user("A city?"),
                Message::assistant(r#"{"nam":"Lima"}"#)
            ]
        );
        assert!(
            told[2].text().contains("missing field `name`"),
            "{:?}",
            told[2]
        );

        let Err(refused) = validate::<ChatCompletion, City>(&chat, &ChatReply::new("")) else {
            panic!("nothing is in it");
        };
        assert_eq!(refused.retry_input.messages.len(), 2, "no empty turn");
    }
}

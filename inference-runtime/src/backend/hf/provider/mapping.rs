//! The providers that serve a model, and the model's name at each of them, as the Hub returns them.
//!
//! Protocol: <https://huggingface.co/docs/inference-providers/hub-api>.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};

use super::names::CHAT;
use crate::{ErrorKind, InferenceError};

/// A model at one provider.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::backend::hf) struct MappingEntry {
    pub(super) provider: String,
    /// The model's name at the provider.
    pub(super) id: String,
    /// The pipeline tag, with `conversational` for chat.
    task: String,
    status: Option<String>,
    /// The file with the adapter's weights, if the model is an adapter.
    pub(super) weights: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    #[serde(default)]
    provider: Option<String>,
    provider_id: String,
    task: String,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    adapter_weights_path: Option<String>,
}

impl MappingEntry {
    /// Creates an entry for a provider that the Hub has no mapping of.
    pub(super) fn unmapped(provider: &str, id: &str, task: &str) -> Self {
        Self {
            provider: provider.to_owned(),
            id: id.to_owned(),
            task: task.to_owned(),
            status: None,
            weights: None,
        }
    }

    fn read(provider: Option<String>, wire: Wire) -> Option<Self> {
        let provider = provider.or(wire.provider)?;
        is_name(&wire.provider_id).then_some(Self {
            provider,
            id: wire.provider_id,
            task: wire.task,
            status: wire.status,
            weights: wire.adapter_weights_path,
        })
    }

    pub(super) fn serves_task(&self, task: &str) -> bool {
        let is_embedding = |task| matches!(task, "feature-extraction" | "sentence-similarity");
        let wanted = if task == CHAT { "conversational" } else { task };
        self.task == wanted || is_embedding(&self.task) && is_embedding(wanted)
    }

    /// Logs a warning about a model that may not work.
    pub(super) fn warn(&self, model: &str) {
        let problem = match self.status.as_deref() {
            Some("staging") => "is in staging at the provider and not meant for production",
            Some("error") => "failed its last check at the provider",
            _ => return,
        };
        tracing::warn!(model, provider = self.provider, "the model {problem}");
    }
}

/// Returns whether a name can be part of a path without changing the rest of it.
fn is_name(id: &str) -> bool {
    id.split('/')
        .all(|segment| !segment.is_empty() && segment != "." && segment != "..")
        && id.bytes().all(|byte| byte.is_ascii_graphic())
        && !id.contains(['\\', '%', '?', '#'])
}

/// Returns the entry of one provider, for one task.
///
/// # Errors
///
/// [`ModelNotFound`](ErrorKind::ModelNotFound) if the provider does not serve the model, and
/// [`Unsupported`](ErrorKind::Unsupported) if it serves the model for another task.
pub(super) fn choose<'e>(
    entries: &'e [MappingEntry],
    provider: &str,
    task: &str,
) -> Result<&'e MappingEntry, InferenceError> {
    let mut of_provider = entries.iter().filter(|entry| entry.provider == provider);
    let Some(first) = of_provider.clone().next() else {
        let others: Vec<_> = entries
            .iter()
            .filter(|entry| entry.serves_task(task))
            .map(|entry| format!("`{}`", entry.provider))
            .collect();
        let help = if others.is_empty() {
            "see the model's page for its providers, or use another model".to_owned()
        } else {
            format!("it is served by {}", others.join(", "))
        };
        return Err(InferenceError::new(
            ErrorKind::ModelNotFound,
            format!("the provider `{provider}` does not serve this model; help: {help}"),
        )
        .with_provider(provider));
    };
    of_provider.find(|entry| entry.serves_task(task)).ok_or_else(|| {
        let served = if first.task == "conversational" {
            CHAT
        } else {
            &first.task
        };
        InferenceError::new(
            ErrorKind::Unsupported,
            format!("the provider `{provider}` serves this model for `{served}` and not for `{task}`; help: check `task`, or use another model"),
        )
        .with_provider(provider)
    })
}

/// Reads the Hub's response: an object by provider, or a list. Invalid entries are skipped: they may be for newer
/// clients.
pub(super) fn read(body: &[u8]) -> Result<Vec<MappingEntry>, serde_json::Error> {
    #[derive(Deserialize)]
    struct Model {
        #[serde(default, rename = "inferenceProviderMapping")]
        mapping: Mapping,
    }
    serde_json::from_slice::<Model>(body).map(|model| model.mapping.0)
}

/// Entries in the order of the response, which is the order of preference.
#[derive(Default)]
struct Mapping(Vec<MappingEntry>);

/// A valid entry, or anything else.
#[derive(Deserialize)]
#[serde(untagged)]
enum WireEntry {
    Valid(Wire),
    Invalid(serde::de::IgnoredAny),
}

impl<'de> Deserialize<'de> for Mapping {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MappingVisitor)
    }
}

struct MappingVisitor;

impl<'de> Visitor<'de> for MappingVisitor {
    type Value = Mapping;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object by provider or a list")
    }

    fn visit_unit<E>(self) -> Result<Mapping, E> {
        Ok(Mapping::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Mapping, A::Error> {
        let mut entries = Vec::new();
        while let Some((provider, entry)) = map.next_entry::<String, WireEntry>()? {
            if let WireEntry::Valid(wire) = entry {
                entries.extend(MappingEntry::read(Some(provider), wire));
            }
        }
        Ok(Mapping(entries))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Mapping, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = list.next_element::<WireEntry>()? {
            if let WireEntry::Valid(wire) = entry {
                entries.extend(MappingEntry::read(None, wire));
            }
        }
        Ok(Mapping(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::{ErrorKind, choose, read};

    #[test]
    fn both_forms_are_read_in_order() {
        let object = br#"{"id":"o/n","inferenceProviderMapping":{
            "zeta":{"status":"live","providerId":"z","task":"conversational"},
            "alpha":{"status":"new-word","providerId":"org/a","task":"text-to-image","adapter":"lora","adapterWeightsPath":"w.safetensors"},
            "odd":7}}"#;
        let list = br#"{"inferenceProviderMapping":[
            {"provider":"zeta","status":"live","providerId":"z","task":"conversational"},
            {"provider":"alpha","status":"new-word","providerId":"org/a","task":"text-to-image","adapterWeightsPath":"w.safetensors","isModelAuthor":false},
            {"providerId":"nobody","task":"x"}, "odd"]}"#;
        let read = |body: &[u8]| read(body).expect("a mapping");
        let entries = read(object);
        assert_eq!(entries, read(list));
        let names: Vec<_> = entries
            .iter()
            .map(|entry| entry.provider.as_str())
            .collect();
        assert_eq!(names, ["zeta", "alpha"]);
        assert_eq!(entries[1].weights.as_deref(), Some("w.safetensors"));
        for empty in ["{}", r#"{"inferenceProviderMapping":null}"#] {
            assert!(read(empty.as_bytes()).is_empty());
        }
    }

    #[test]
    fn a_name_that_changes_the_path_is_skipped() {
        for id in [
            "../../v1", "a/../b", "", "/a", "a//b", "a?b", "a#b", "a%2e", "a b", "a\\b",
        ] {
            let body = serde_json::json!({"inferenceProviderMapping": {"p": {"providerId": id, "task": "t"}}});
            let entries = read(body.to_string().as_bytes()).expect("a mapping");
            assert!(entries.is_empty(), "{id}");
        }
    }

    #[test]
    fn the_error_names_other_providers_and_tasks() {
        let body = br#"{"inferenceProviderMapping":{
            "groq":{"providerId":"g","task":"conversational","status":"live"},
            "together":{"providerId":"t","task":"sentence-similarity","status":"live"}}}"#;
        let entries = read(body).expect("a mapping");
        assert_eq!(
            choose(&entries, "groq", "chat-completion")
                .expect("chat")
                .id,
            "g"
        );
        assert_eq!(
            choose(&entries, "together", "feature-extraction")
                .expect("an equivalent task")
                .id,
            "t"
        );

        let error = choose(&entries, "novita", "chat-completion").expect_err("another provider");
        assert_eq!(error.kind(), ErrorKind::ModelNotFound);
        assert!(error.to_string().contains("served by `groq`"), "{error}");
        let error = choose(&entries, "groq", "text-to-image").expect_err("another task");
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(
            error.to_string().contains("for `chat-completion`"),
            "{error}"
        );
    }
}

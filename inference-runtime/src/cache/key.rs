use std::fmt;

use serde_json::value::RawValue;

use crate::{operation::Model, task::Payload};

/// Changes whenever keys or entries are made in another way, so that no reader finds what another version wrote.
const VERSION: &[u8] = b"inference-runtime/1";

/// Above this size hashing takes longer than a runtime thread should be kept.
const HASH_ELSEWHERE: usize = 1024 * 1024;

/// The name of an answer: a 256-bit BLAKE3 hash over everything that decides it.
///
/// Every field is hashed with its length before it, so that no two questions share a name, and the input itself
/// never stands in the name.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key([u8; 32]);

impl Key {
    /// A key of nothing, for tests.
    #[cfg(test)]
    pub(super) const fn testing(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(")?;
        for byte in &self.0[..4] {
            write!(f, "{byte:02x}")?;
        }
        f.write_str("…)")
    }
}

/// Everything that decides an answer, but for the model.
#[derive(Clone)]
pub(crate) struct KeyFields {
    pub(crate) task: &'static str,
    pub(crate) payload: Payload,
    pub(crate) parameters: Box<RawValue>,
    /// `cache(scope = …)` as JSON: answers are shared only within a scope.
    pub(crate) scope: Option<String>,
    /// `cache(key = …)` as JSON: stands in the input's place.
    pub(crate) key: Option<String>,
    /// The type that answers are held against beyond what the task asks: those of another may be of no use to it.
    pub(crate) form: Option<&'static str>,
}

/// What was asked, hashed once however many models are asked it.
#[derive(Clone)]
pub(crate) struct QuestionKey(blake3::Hasher);

/// Hashes the question: on this thread, or for a large input on one that may block.
pub(crate) async fn question_key(fields: &KeyFields) -> QuestionKey {
    if fields.size() < HASH_ELSEWHERE {
        return fields.hash();
    }
    let owned = fields.clone();
    match tokio::task::spawn_blocking(move || owned.hash()).await {
        Ok(key) => key,
        // The runtime is shutting down: slow is better than not at all.
        Err(_) => fields.hash(),
    }
}

impl KeyFields {
    fn size(&self) -> usize {
        self.key.as_ref().map_or(self.payload.size(), String::len)
    }

    fn hash(&self) -> QuestionKey {
        let mut hasher = blake3::Hasher::new();
        field(&mut hasher, VERSION);
        field(&mut hasher, self.task.as_bytes());
        field(&mut hasher, self.parameters.get().as_bytes());
        optional(&mut hasher, self.scope.as_deref());
        optional(&mut hasher, self.key.as_deref());
        optional(&mut hasher, self.form);
        if self.key.is_none() {
            // The same picture is the same question whatever its sender called it: only the bytes count.
            let (kind, bytes) = match &self.payload {
                Payload::Json(json) => (0, json.get().as_bytes()),
                Payload::Media(media) => (1, &*media.bytes),
            };
            hasher.update(&[kind]);
            field(&mut hasher, bytes);
        }
        QuestionKey(hasher)
    }
}

impl QuestionKey {
    /// The key of the answer that this model gives.
    pub(crate) fn of_model(&self, model: &Model) -> Key {
        let mut hasher = self.0.clone();
        field(&mut hasher, model.backend().as_bytes());
        field(&mut hasher, model.name().as_bytes());
        optional(&mut hasher, model.provider());
        Key(*hasher.finalize().as_bytes())
    }
}

/// A key, for tests of what needs any.
#[cfg(test)]
pub(crate) fn test_key() -> Key {
    Key([7; 32])
}

fn field(hasher: &mut blake3::Hasher, bytes: &[u8]) {
    hasher.update(&(bytes.len() as u64).to_le_bytes());
    hasher.update(bytes);
}

/// Absent and empty are two things.
fn optional(hasher: &mut blake3::Hasher, text: Option<&str>) {
    match text {
        Some(text) => {
            hasher.update(&[1]);
            field(hasher, text.as_bytes());
        }
        None => {
            hasher.update(&[0]);
        }
    }
}

use std::fmt;

use serde::Serialize;

use crate::{operation::Model, task::Payload};

/// Changes whenever keys or entries are made in another way, so that no reader finds what another version wrote.
const VERSION: &[u8] = b"inference-runtime/1";

/// The name of an answer: a 256-bit BLAKE3 hash over everything that decides it.
///
/// Every field is hashed with its length before it, so that no two questions share a name, and the input itself
/// never stands in the name.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key([u8; 32]);

impl Key {
    /// A key of nothing, for tests.
    #[cfg(any(test, feature = "_fuzz"))]
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
pub(crate) struct KeyFields<'q, P> {
    pub(crate) task: &'static str,
    pub(crate) parameters: &'q P,
    /// `cache(scope = …)` as JSON: answers are shared only within a scope.
    pub(crate) scope: Option<&'q str>,
    /// The type that answers are held against beyond what the task asks: those of another may be of no use to it.
    pub(crate) form: Option<&'static str>,
    pub(crate) input: Input<'q>,
}

/// What the model is asked about, in the form that names it.
pub(crate) enum Input<'q> {
    /// `cache(key = …)` as JSON: stands in the input's place.
    Key(&'q str),
    /// As it is.
    Bytes(&'q [u8]),
    /// As it is sent.
    Payload(&'q Payload),
}

/// What was asked, hashed once however many models are asked it.
#[derive(Clone, Copy)]
pub(crate) struct QuestionKey([u8; 32]);

impl<P: Serialize> KeyFields<'_, P> {
    /// Hashes the question.
    ///
    /// # Errors
    ///
    /// Where the parameters have no JSON form.
    pub(crate) fn hash(&self) -> Result<QuestionKey, serde_json::Error> {
        let mut hasher = blake3::Hasher::new();
        field(&mut hasher, VERSION);
        field(&mut hasher, self.task.as_bytes());
        written(&mut hasher, self.parameters)?;
        optional(&mut hasher, self.scope);
        optional(&mut hasher, self.form);
        // The same picture is the same question whatever its sender called it: only the bytes count.
        let (kind, bytes) = match self.input {
            Input::Key(key) => (0, key.as_bytes()),
            Input::Bytes(bytes) => (1, bytes),
            Input::Payload(Payload::Json(json)) => (2, json.get().as_bytes()),
            Input::Payload(Payload::Media(media)) => (3, &*media.bytes),
        };
        hasher.update(&[kind]);
        field(&mut hasher, bytes);
        Ok(QuestionKey(*hasher.finalize().as_bytes()))
    }
}

impl QuestionKey {
    /// The key of the answer that this model gives.
    pub(crate) fn of_model(&self, model: &Model) -> Key {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
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

/// A value as JSON, with its length behind it: it is written nowhere else.
fn written<P: Serialize>(hasher: &mut blake3::Hasher, value: &P) -> Result<(), serde_json::Error> {
    struct Counted<'h>(&'h mut blake3::Hasher, u64);

    impl std::io::Write for Counted<'_> {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.update(bytes);
            self.1 += bytes.len() as u64;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let mut counted = Counted(hasher, 0);
    serde_json::to_writer(&mut counted, value)?;
    let length = counted.1;
    hasher.update(&length.to_le_bytes());
    Ok(())
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

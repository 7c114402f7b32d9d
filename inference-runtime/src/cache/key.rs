use std::{
    fmt,
    hash::{Hash, Hasher},
};

use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    operation::Model,
    task::{Payload, parameters},
};

/// Changes whenever keys or entries are made in another way, so that no reader finds what another version wrote.
const VERSION: &[u8] = b"inference-runtime/2";

/// A question of up to so many bytes is hashed together with each model's name, a longer one by itself, once.
const SHORT: usize = 95;

/// The name of an answer: a 256-bit BLAKE3 hash over everything that decides it.
///
/// Every field is hashed with its length before it, so that no two questions share a name, and the input
/// itself never stands in the name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Key([u8; 32]);

impl Key {
    /// Creates a key of these bytes: for a store that reads back which keys it holds, and for the tests of one. The
    /// runtime makes its keys of everything that decides an answer.
    ///
    /// ```
    /// use inference_runtime::cache::{Entry, Key, MemoryStore, Store};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), inference_runtime::cache::StoreError> {
    /// let store = MemoryStore::default();
    /// let key = Key::from_bytes([7; 32]);
    /// store.put(key, Entry::for_test(&serde_json::json!("Bonjour")), std::time::Duration::from_secs(60)).await?;
    /// assert!(store.get(&key).await?.is_some());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl Hash for Key {
    /// A key is a hash: a part of it is as good as the whole. Whether two are equal is for all of it to say.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        state.write_u64(u64::from_le_bytes([a, b, c, d, e, f, g, h]));
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

/// A task and the model that does it, as a part of keys. It is worked out once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ModelKey([u8; 32]);

impl ModelKey {
    pub(crate) fn of(task: &'static str, model: &Model) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in [
            VERSION,
            task.as_bytes(),
            model.backend().as_bytes(),
            model.name().as_bytes(),
        ] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        // Absent and empty are two things.
        if let Some(provider) = model.provider() {
            hasher.update(&[1]);
            hasher.update(provider.as_bytes());
        }
        Self(*hasher.finalize().as_bytes())
    }
}

/// Everything that decides an answer, but for the task and the model.
pub(crate) struct KeyFields<'q, P> {
    pub(crate) parameters: &'q P,
    /// `cache(scope = …)` as JSON: answers are shared only within a scope.
    pub(crate) scope: Option<&'q str>,
    /// The type that answers are held against beyond what the task asks: those of another may be of no use to it.
    pub(crate) form: Option<&'static str>,
    pub(crate) input: Input<'q>,
}

/// What the model is asked about, in the form that names it.
#[derive(Clone, Copy)]
pub(crate) enum Input<'q> {
    /// `cache(key = …)` as JSON: stands in the input's place.
    Key(&'q str),
    /// As it is.
    Bytes(&'q [u8]),
    /// As it is sent.
    Payload(&'q Payload),
}

/// What was asked, in as few bytes as name it: hashed once however many models are asked it.
///
/// The first byte says what follows: a hash, or the question itself, in which the parameters, the scope, the form and
/// the input stand one behind the other, each that is there with its length before it.
#[derive(Clone, Copy)]
pub(crate) struct QuestionKey {
    bytes: [u8; 1 + SHORT],
    length: u8,
}

/// What follows is a hash.
const HASHED: u8 = 0x80;
/// What of the question is there. An empty field and none are two things.
const PARAMETERS: u8 = 0x40;
const SCOPE: u8 = 0x20;
const FORM: u8 = 0x10;

impl<P: Serialize> KeyFields<'_, P> {
    /// Names the question.
    ///
    /// # Errors
    ///
    /// Where the parameters have no JSON form.
    pub(crate) fn name(&self) -> Result<QuestionKey, serde_json::Error> {
        let parameters = parameters(self.parameters)?;
        let mut short = Short::new();
        self.put(&mut short, parameters.as_deref());
        Ok(match short.end() {
            Some(key) => key,
            None => self.hash(parameters.as_deref()),
        })
    }

    /// The name of a long question. Not a part of `name`, which need not have room for it.
    #[inline(never)]
    fn hash(&self, parameters: Option<&RawValue>) -> QuestionKey {
        let mut hasher = blake3::Hasher::new();
        self.put(&mut hasher, parameters);
        let hash = hasher.finalize();
        let hash = hash.as_bytes();
        let mut bytes = [HASHED; 1 + SHORT];
        bytes[1..=hash.len()].copy_from_slice(hash);
        QuestionKey {
            bytes,
            length: blake3::OUT_LEN as u8,
        }
    }

    fn put(&self, to: &mut impl Fields, parameters: Option<&RawValue>) {
        // The same picture is the same question whatever its sender called it: only the bytes count.
        let (kind, input) = match self.input {
            Input::Key(key) => (0, key.as_bytes()),
            Input::Bytes(bytes) => (1, bytes),
            Input::Payload(Payload::Json(json)) => (2, json.get().as_bytes()),
            Input::Payload(Payload::Media(media)) => (3, &*media.bytes),
        };
        let fields = [
            (PARAMETERS, parameters.map(|json| json.get().as_bytes())),
            (SCOPE, self.scope.map(str::as_bytes)),
            (FORM, self.form.map(str::as_bytes)),
        ];
        let there = fields.iter().filter(|(_, field)| field.is_some());
        to.add(&[there.fold(kind, |there, (flag, _)| there | flag)]);
        for bytes in fields.iter().filter_map(|(_, field)| *field).chain([input]) {
            add_length(to, bytes.len());
            to.add(bytes);
        }
    }
}

impl QuestionKey {
    /// The key of the answer that this model gives.
    pub(crate) fn of_model(&self, model: &ModelKey) -> Key {
        let named = &self.bytes[..usize::from(self.length)];
        Key(*blake3::keyed_hash(&model.0, named).as_bytes())
    }
}

/// A key, for tests of what needs any.
#[cfg(test)]
pub(crate) fn test_key() -> Key {
    Key([7; 32])
}

/// Where the fields of a question are put together.
trait Fields {
    fn add(&mut self, bytes: &[u8]);
}

impl Fields for blake3::Hasher {
    fn add(&mut self, bytes: &[u8]) {
        self.update(bytes);
    }
}

/// A question that may be short.
struct Short {
    bytes: [u8; 1 + SHORT],
    /// More than there is room for where it is not.
    length: usize,
}

impl Short {
    fn new() -> Self {
        Self {
            bytes: [0; 1 + SHORT],
            length: 0,
        }
    }

    fn end(self) -> Option<QuestionKey> {
        let length = u8::try_from(self.length).ok()?;
        (self.length <= self.bytes.len()).then_some(QuestionKey {
            bytes: self.bytes,
            length,
        })
    }
}

impl Fields for Short {
    fn add(&mut self, more: &[u8]) {
        let from = self.length;
        // Once something has not fitted, nothing that comes later has a place.
        self.length = from.saturating_add(more.len());
        if let Some(room) = self.bytes.get_mut(from..self.length) {
            room.copy_from_slice(more);
        }
    }
}

/// A length in as few bytes as hold it, seven bits in each, of which all but the last have their highest bit set.
fn add_length(to: &mut impl Fields, mut length: usize) {
    while length >= 0x80 {
        to.add(&[(length & 0x7f) as u8 | 0x80]);
        length >>= 7;
    }
    to.add(&[length as u8]);
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn key(parameters: &str, scope: Option<&str>, input: &[u8], model: &Model) -> Key {
        let fields = KeyFields {
            parameters: &parameters,
            scope,
            form: None,
            input: Input::Bytes(input),
        };
        let name = fields.name().expect("it can be written");
        name.of_model(&ModelKey::of("t", model))
    }

    #[test]
    fn whatever_decides_an_answer_is_in_its_key() {
        let mut keys = HashSet::new();
        let models = [
            Model::new("hf", "a", ""),
            Model::new("hf", "a", "b"),
            Model::new("h", "fa", ""),
        ];
        for model in &models {
            for parameters in ["", "p"] {
                for scope in [None, Some(""), Some("s")] {
                    // Short, at the edge of what stands in its key as it is, and beyond.
                    for length in [0, 1, 63, 64, SHORT - 2, SHORT - 1, SHORT, 127, 128, 5_000] {
                        let key = key(parameters, scope, &vec![b'x'; length], model);
                        assert!(keys.insert(key), "{parameters} {scope:?} {length} {model}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_question_and_its_hash_are_two_questions() {
        let model = Model::new("hf", "a", "");
        let long = KeyFields {
            parameters: &"",
            scope: None,
            form: None,
            input: Input::Bytes(&[b'x'; 1_000]),
        };
        let long = long.name().expect("it can be written");
        assert_eq!(long.bytes[0], HASHED);
        let mut short = long;
        // As if the hash were a text of so many bytes.
        short.bytes[0] = 1;
        let model = ModelKey::of("t", &model);
        assert_ne!(long.of_model(&model), short.of_model(&model));
    }

    proptest! {
        #[test]
        fn other_questions_have_other_keys(
            one in (any::<String>(), any::<Option<String>>(), proptest::collection::vec(any::<u8>(), 0..600)),
            other in (any::<String>(), any::<Option<String>>(), proptest::collection::vec(any::<u8>(), 0..600)),
        ) {
            let model = Model::new("hf", "a", "");
            let of = |(parameters, scope, input): &(String, Option<String>, Vec<u8>)| {
                key(parameters, scope.as_deref(), input, &model)
            };
            prop_assert_eq!(of(&one) == of(&other), one == other);
            prop_assert_eq!(of(&one), of(&one.clone()));
        }
    }
}

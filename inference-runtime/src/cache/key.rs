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

/// Changes whenever the derivation of keys or the form of entries does, so that versions never read each other's entries.
const VERSION: &[u8] = b"inference-runtime/2";

/// The longest request, in bytes, that is kept as it is and hashed once per model. A longer one is hashed beforehand.
const MAX_INLINE: usize = 95;

/// A cache key: a 256-bit BLAKE3 hash over everything that decides an answer.
///
/// Every field is hashed with its length before it, so that different requests have different keys. The key does not
/// contain the input itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Key([u8; 32]);

impl Key {
    /// Creates a key of these bytes: for a store that reads back its keys, and for the tests of a store. The runtime makes
    /// its keys of everything that decides an answer.
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

    /// Returns the key's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl Hash for Key {
    /// Hashes the first 8 bytes only: a key is already a hash. Equality compares all of it.
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

/// The part of a key that identifies the task and the model. Computed once per planned model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ModelKey([u8; 32]);

impl ModelKey {
    pub(crate) fn new(task: &'static str, model: &Model) -> Self {
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
        // An absent provider differs from an empty one.
        if let Some(provider) = model.provider() {
            hasher.update(&[1]);
            hasher.update(provider.as_bytes());
        }
        Self(*hasher.finalize().as_bytes())
    }
}

/// Everything that decides an answer except the task and the model.
pub(crate) struct KeyFields<'q, P> {
    pub(crate) parameters: &'q P,
    /// `cache(scope = …)` as JSON: answers are shared only within a scope.
    pub(crate) scope: Option<&'q str>,
    /// The name of the type that answers are validated against beyond the task's own output type, if any.
    pub(crate) validated_type: Option<&'static str>,
    pub(crate) input: Input<'q>,
}

/// The input, in the form that goes into the key.
#[derive(Clone, Copy)]
pub(crate) enum Input<'q> {
    /// `cache(key = …)` as JSON, which replaces the input.
    Key(&'q str),
    /// The input as bytes.
    Bytes(&'q [u8]),
    /// The input as it is sent.
    Payload(&'q Payload),
}

/// The part of a key that identifies the request. Computed once for all models of a chain.
///
/// The first byte says what follows: a hash, or the request itself, which is the sequence of parameters, scope,
/// validated type and input, where each that is present has its length before it.
#[derive(Clone, Copy)]
pub(crate) struct RequestKey {
    bytes: [u8; 1 + MAX_INLINE],
    length: u8,
}

/// Flag: a hash follows.
const HASHED: u8 = 0x80;
/// Flags of the optional fields that are present. An empty field differs from an absent one.
const PARAMETERS: u8 = 0x40;
const SCOPE: u8 = 0x20;
const VALIDATED_TYPE: u8 = 0x10;

impl<P: Serialize> KeyFields<'_, P> {
    /// Computes the request's part of the key.
    ///
    /// # Errors
    ///
    /// If the parameters cannot be written as JSON.
    pub(crate) fn hash(&self) -> Result<RequestKey, serde_json::Error> {
        let parameters = parameters(self.parameters)?;
        let mut inline = InlineKey::new();
        self.write(&mut inline, parameters.as_deref());
        Ok(match inline.finish() {
            Some(key) => key,
            None => self.hash_long(parameters.as_deref()),
        })
    }

    /// Hashes a long request. Not inlined: the hasher is large, and `hash` would reserve stack space for it.
    #[inline(never)]
    fn hash_long(&self, parameters: Option<&RawValue>) -> RequestKey {
        let mut hasher = blake3::Hasher::new();
        self.write(&mut hasher, parameters);
        let hash = hasher.finalize();
        let hash = hash.as_bytes();
        let mut bytes = [HASHED; 1 + MAX_INLINE];
        bytes[1..=hash.len()].copy_from_slice(hash);
        RequestKey {
            bytes,
            length: blake3::OUT_LEN as u8,
        }
    }

    fn write(&self, to: &mut impl Sink, parameters: Option<&RawValue>) {
        // Media count by their bytes alone, whatever media type the client declared.
        let (kind, input) = match self.input {
            Input::Key(key) => (0, key.as_bytes()),
            Input::Bytes(bytes) => (1, bytes),
            Input::Payload(Payload::Json(json)) => (2, json.get().as_bytes()),
            Input::Payload(Payload::Media(media)) => (3, &*media.bytes),
        };
        let fields = [
            (PARAMETERS, parameters.map(|json| json.get().as_bytes())),
            (SCOPE, self.scope.map(str::as_bytes)),
            (VALIDATED_TYPE, self.validated_type.map(str::as_bytes)),
        ];
        let present = fields.iter().filter(|(_, field)| field.is_some());
        to.write(&[present.fold(kind, |flags, (flag, _)| flags | flag)]);
        for bytes in fields.iter().filter_map(|(_, field)| *field).chain([input]) {
            write_length(to, bytes.len());
            to.write(bytes);
        }
    }
}

impl RequestKey {
    /// Returns the key of this model's answer.
    pub(crate) fn for_model(&self, model: &ModelKey) -> Key {
        let request = &self.bytes[..usize::from(self.length)];
        Key(*blake3::keyed_hash(&model.0, request).as_bytes())
    }
}

/// Returns an arbitrary key, for tests.
#[cfg(test)]
pub(crate) fn test_key() -> Key {
    Key([7; 32])
}

/// Receives the fields of a request.
trait Sink {
    fn write(&mut self, bytes: &[u8]);
}

impl Sink for blake3::Hasher {
    fn write(&mut self, bytes: &[u8]) {
        self.update(bytes);
    }
}

/// Collects a request that may be short enough to be kept as it is.
struct InlineKey {
    bytes: [u8; 1 + MAX_INLINE],
    /// The full length, which exceeds that of `bytes` if the request is too long.
    length: usize,
}

impl InlineKey {
    fn new() -> Self {
        Self {
            bytes: [0; 1 + MAX_INLINE],
            length: 0,
        }
    }

    fn finish(self) -> Option<RequestKey> {
        let length = u8::try_from(self.length).ok()?;
        (self.length <= self.bytes.len()).then_some(RequestKey {
            bytes: self.bytes,
            length,
        })
    }
}

impl Sink for InlineKey {
    fn write(&mut self, bytes: &[u8]) {
        let start = self.length;
        // Once a field did not fit, the length stays too large and nothing more is copied.
        self.length = start.saturating_add(bytes.len());
        if let Some(free) = self.bytes.get_mut(start..self.length) {
            free.copy_from_slice(bytes);
        }
    }
}

/// Writes a length as LEB128: seven bits per byte, all bytes but the last with their highest bit set.
fn write_length(to: &mut impl Sink, mut length: usize) {
    while length >= 0x80 {
        to.write(&[(length & 0x7f) as u8 | 0x80]);
        length >>= 7;
    }
    to.write(&[length as u8]);
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
            validated_type: None,
            input: Input::Bytes(input),
        };
        let request = fields.hash().expect("the parameters are JSON");
        request.for_model(&ModelKey::new("t", model))
    }

    #[test]
    fn key_depends_on_model_parameters_scope_and_input() {
        let mut keys = HashSet::new();
        let models = [
            Model::new("hf", "a", ""),
            Model::new("hf", "a", "b"),
            Model::new("h", "fa", ""),
        ];
        for model in &models {
            for parameters in ["", "p"] {
                for scope in [None, Some(""), Some("s")] {
                    // Short, around the longest inline request, and beyond.
                    for length in [
                        0,
                        1,
                        63,
                        64,
                        MAX_INLINE - 2,
                        MAX_INLINE - 1,
                        MAX_INLINE,
                        127,
                        128,
                        5_000,
                    ] {
                        let key = key(parameters, scope, &vec![b'x'; length], model);
                        assert!(keys.insert(key), "{parameters} {scope:?} {length} {model}");
                    }
                }
            }
        }
    }

    #[test]
    fn request_equal_to_the_hash_of_another_has_another_key() {
        let model = Model::new("hf", "a", "");
        let long = KeyFields {
            parameters: &"",
            scope: None,
            validated_type: None,
            input: Input::Bytes(&[b'x'; 1_000]),
        };
        let long = long.hash().expect("the parameters are JSON");
        assert_eq!(long.bytes[0], HASHED);
        let mut short = long;
        // As if the hash were a text of so many bytes.
        short.bytes[0] = 1;
        let model = ModelKey::new("t", &model);
        assert_ne!(long.for_model(&model), short.for_model(&model));
    }

    proptest! {
        #[test]
        fn keys_are_equal_if_and_only_if_the_requests_are(
            one in (any::<String>(), any::<Option<String>>(), proptest::collection::vec(any::<u8>(), 0..600)),
            other in (any::<String>(), any::<Option<String>>(), proptest::collection::vec(any::<u8>(), 0..600)),
        ) {
            let model = Model::new("hf", "a", "");
            let key_of = |(parameters, scope, input): &(String, Option<String>, Vec<u8>)| {
                key(parameters, scope.as_deref(), input, &model)
            };
            prop_assert_eq!(key_of(&one) == key_of(&other), one == other);
            prop_assert_eq!(key_of(&one), key_of(&one.clone()));
        }
    }
}

use std::{
    fmt,
    hash::{Hash, Hasher},
    io,
};

use serde::Serialize;

use crate::{operation::Model, task::Payload};

/// Changes whenever keys or entries are made in another way, so that no reader finds what another version wrote.
const VERSION: &[u8] = b"inference-runtime/2";

/// A question of up to so many bytes is hashed together with each model's name, a longer one by itself, once.
const SHORT: usize = 255;

/// The name of an answer: a 256-bit BLAKE3 hash over everything that decides it.
///
/// Every field is hashed with its length before or behind it, so that no two questions share a name, and the input
/// itself never stands in the name.
#[derive(Clone, Copy, PartialEq, Eq)]
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
pub(crate) enum Input<'q> {
    /// `cache(key = …)` as JSON: stands in the input's place.
    Key(&'q str),
    /// As it is.
    Bytes(&'q [u8]),
    /// As it is sent.
    Payload(&'q Payload),
}

/// What was asked, in as few bytes as name it: hashed once however many models are asked it.
#[derive(Clone, Copy)]
pub(crate) struct QuestionKey {
    bytes: [u8; SHORT],
    length: u8,
    /// Whether the bytes are a hash of what was too long to stand there itself.
    hashed: bool,
}

impl<P: Serialize> KeyFields<'_, P> {
    /// Names the question.
    ///
    /// # Errors
    ///
    /// Where the parameters have no JSON form.
    pub(crate) fn name(&self) -> Result<QuestionKey, serde_json::Error> {
        let mut fields = Fields::new();
        fields.written(self.parameters)?;
        fields.optional(self.scope);
        fields.optional(self.form);
        // The same picture is the same question whatever its sender called it: only the bytes count.
        let (kind, bytes) = match self.input {
            Input::Key(key) => (0, key.as_bytes()),
            Input::Bytes(bytes) => (1, bytes),
            Input::Payload(Payload::Json(json)) => (2, json.get().as_bytes()),
            Input::Payload(Payload::Media(media)) => (3, &*media.bytes),
        };
        fields.add(&[kind]);
        fields.text(bytes);
        Ok(fields.end())
    }
}

impl QuestionKey {
    /// The key of the answer that this model gives.
    pub(crate) fn of_model(&self, model: &ModelKey) -> Key {
        let mut named = [0; SHORT + 1];
        let length = usize::from(self.length);
        named[0] = u8::from(self.hashed);
        named[1..=length].copy_from_slice(&self.bytes[..length]);
        Key(*blake3::keyed_hash(&model.0, &named[..=length]).as_bytes())
    }
}

/// A key, for tests of what needs any.
#[cfg(test)]
pub(crate) fn test_key() -> Key {
    Key([7; 32])
}

/// The fields of a question, put together: where they lie as long as they are short, in a hash from then on.
struct Fields {
    bytes: [u8; SHORT],
    length: usize,
    // Boxed: it is large, and most questions do without.
    hasher: Option<Box<blake3::Hasher>>,
}

impl Fields {
    fn new() -> Self {
        Self {
            bytes: [0; SHORT],
            length: 0,
            hasher: None,
        }
    }

    fn add(&mut self, more: &[u8]) {
        if self.hasher.is_none()
            && let Some(room) = self.bytes[self.length..].get_mut(..more.len())
        {
            room.copy_from_slice(more);
            self.length += more.len();
            return;
        }
        let hasher = self.hasher.get_or_insert_with(|| {
            let mut hasher = Box::new(blake3::Hasher::new());
            hasher.update(&self.bytes[..self.length]);
            hasher
        });
        hasher.update(more);
    }

    /// A field, with its length before it.
    fn text(&mut self, bytes: &[u8]) {
        self.add(&(bytes.len() as u64).to_le_bytes());
        self.add(bytes);
    }

    /// Absent and empty are two things.
    fn optional(&mut self, text: Option<&str>) {
        match text {
            Some(text) => {
                self.add(&[1]);
                self.text(text.as_bytes());
            }
            None => self.add(&[0]),
        }
    }

    /// A value as JSON, with its length behind it: it is written nowhere else.
    fn written<P: Serialize>(&mut self, value: &P) -> Result<(), serde_json::Error> {
        struct Counted<'f>(&'f mut Fields, u64);

        impl io::Write for Counted<'_> {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0.add(bytes);
                self.1 += bytes.len() as u64;
                Ok(bytes.len())
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }

        let mut counted = Counted(self, 0);
        serde_json::to_writer(&mut counted, value)?;
        let length = counted.1;
        self.add(&length.to_le_bytes());
        Ok(())
    }

    fn end(self) -> QuestionKey {
        let Self {
            mut bytes,
            mut length,
            hasher,
        } = self;
        let hashed = hasher.is_some();
        if let Some(hasher) = hasher {
            let hash = *hasher.finalize().as_bytes();
            length = hash.len();
            bytes[..length].copy_from_slice(&hash);
        }
        QuestionKey {
            bytes,
            // It is no longer than `SHORT`.
            length: u8::try_from(length).unwrap_or(u8::MAX),
            hashed,
        }
    }
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
                    for length in [0, 1, SHORT - 40, SHORT - 30, SHORT - 20, SHORT, 5_000] {
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
        assert!(long.hashed);
        let mut short = long;
        short.hashed = false;
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

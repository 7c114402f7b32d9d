use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::task::read::{Mismatch, Read, each, field, single};

/// The meaning of a text as a vector.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Embedding {
    /// The vector of the whole text: as the model gives it, or the mean of its tokens' vectors where it gives
    /// those. A mean is not normalised.
    pub vector: Vec<f32>,
    /// The vectors of the tokens, in the order of the text, where the model gives those.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Vec<Vec<f32>>>,
}

impl Embedding {
    /// The vector of a whole text.
    #[must_use]
    pub fn new(vector: impl Into<Vec<f32>>) -> Self {
        Self {
            vector: vector.into(),
            tokens: None,
        }
    }

    /// Reads the vector of one text out of a list of depth 1 to 4: the vector; vectors of texts or of tokens; the
    /// tokens of texts; and those again in a list. Which of them it is depends on the model.
    pub(super) fn read(value: &Value) -> Read<Self> {
        if value.get("data").is_some() {
            return of_one_text(field(value, "data", |value| {
                each(value, "a list of embeddings", |item| {
                    field(item, "embedding", openai)
                })
            })?);
        }
        match depth(value) {
            0 => Err(Mismatch::expected("a list of numbers", value)),
            1 => vector(value).map(Self::new),
            // One row is a batch of one text. More cannot be a batch, since one text was asked about.
            2 => match value.as_array().map(Vec::as_slice) {
                Some([one]) => vector(one).map(Self::new).map_err(|error| error.at(0)),
                _ => Self::of_tokens(each(value, "a list of vectors", vector)?),
            },
            3 | 4 => of_one_text(each(value, "a list of features", Self::read_tokens)?),
            _ => Err(Mismatch::wrong(
                "expected lists up to 4 deep, found deeper ones",
            )),
        }
    }

    /// Tokens, or those in a list of their own.
    fn read_tokens(value: &Value) -> Read<Self> {
        match depth(value) {
            3 => of_one_text(each(value, "a list of features", Self::read_tokens)?),
            _ => Self::of_tokens(each(value, "a list of vectors", vector)?),
        }
    }

    fn of_tokens(tokens: Vec<Vec<f32>>) -> Read<Self> {
        let Some(first) = tokens.first() else {
            return Err(Mismatch::wrong("expected vectors of tokens, found none"));
        };
        let mut sums = vec![0.0_f64; first.len()];
        for (index, token) in tokens.iter().enumerate() {
            if token.len() != sums.len() {
                return Err(Mismatch::wrong(format!(
                    "expected {} numbers as in the first vector, found {}",
                    sums.len(),
                    token.len()
                ))
                .at(index));
            }
            for (sum, number) in sums.iter_mut().zip(token) {
                *sum += f64::from(*number);
            }
        }
        let count = tokens.len() as f64;
        Ok(Self {
            vector: sums.into_iter().map(|sum| (sum / count) as f32).collect(),
            tokens: Some(tokens),
        })
    }
}

impl From<Embedding> for Vec<f32> {
    fn from(embedding: Embedding) -> Self {
        embedding.vector
    }
}

impl AsRef<[f32]> for Embedding {
    fn as_ref(&self) -> &[f32] {
        &self.vector
    }
}

fn vector(value: &Value) -> Read<Vec<f32>> {
    let numbers = each(value, "a list of numbers", single)?;
    if numbers.is_empty() {
        return Err(Mismatch::expected("a list of numbers", value));
    }
    Ok(numbers)
}

/// The embedding of OpenAI's form: numbers, or their bytes, little end first, in base64.
fn openai(value: &Value) -> Read<Embedding> {
    let Value::String(encoded) = value else {
        return vector(value).map(Embedding::new);
    };
    let unreadable = || Mismatch::wrong("expected numbers in base64, found other text");
    let bytes = BASE64_STANDARD.decode(encoded).map_err(|_| unreadable())?;
    let (numbers, rest) = bytes.as_chunks::<4>();
    let numbers: Vec<_> = numbers.iter().copied().map(f32::from_le_bytes).collect();
    if numbers.is_empty() || !rest.is_empty() {
        return Err(unreadable());
    }
    if !numbers.iter().all(|number| number.is_finite()) {
        return Err(Mismatch::wrong(
            "expected finite numbers, found another one",
        ));
    }
    Ok(Embedding::new(numbers))
}

fn of_one_text(mut embeddings: Vec<Embedding>) -> Read<Embedding> {
    match (embeddings.len(), embeddings.pop()) {
        (1, Some(embedding)) => Ok(embedding),
        (count, _) => Err(Mismatch::wrong(format!(
            "expected the features of one text, found those of {count}"
        ))),
    }
}

/// How deep lists are nested, by their first items.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.first().map_or(0, depth),
        _ => 0,
    }
}

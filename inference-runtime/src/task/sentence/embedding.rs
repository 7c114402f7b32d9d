use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::task::read::{Mismatch, ReadResult, each, field, single};

/// The embedding of a text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Embedding {
    /// The vector of the whole text: that of the model, or the mean of the tokens' vectors if the model returns those. A mean
    /// is not normalized.
    pub vector: Vec<f32>,
    /// The vectors of the tokens, in the order of the text, if the model returns them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Vec<Vec<f32>>>,
}

impl Embedding {
    /// Creates an embedding from the vector of a whole text.
    #[must_use]
    pub fn new(vector: impl Into<Vec<f32>>) -> Self {
        Self {
            vector: vector.into(),
            tokens: None,
        }
    }

    /// Reads the embedding of one text from a list of depth 1 to 4, depending on the model: the vector; vectors of texts or of
    /// tokens; the tokens of texts; the same within a list.
    pub(super) fn read(value: &Value) -> ReadResult<Self> {
        if value.get("data").is_some() {
            return single_text(field(value, "data", |value| {
                each(value, "a list of embeddings", |item| {
                    field(item, "embedding", openai)
                })
            })?);
        }
        match depth(value) {
            0 => Err(Mismatch::expected("a list of numbers", value)),
            1 => vector(value).map(Self::new),
            // One row is a batch of one text. More rows are tokens, since one text was sent.
            2 => match value.as_array().map(Vec::as_slice) {
                Some([one]) => vector(one).map(Self::new).map_err(|error| error.at(0)),
                _ => Self::from_tokens(each(value, "a list of vectors", vector)?),
            },
            3 | 4 => single_text(each(value, "a list of features", Self::read_tokens)?),
            _ => Err(Mismatch::new(
                "expected lists up to 4 deep, found deeper ones",
            )),
        }
    }

    /// Reads the vectors of tokens, possibly within a list.
    fn read_tokens(value: &Value) -> ReadResult<Self> {
        match depth(value) {
            3 => single_text(each(value, "a list of features", Self::read_tokens)?),
            _ => Self::from_tokens(each(value, "a list of vectors", vector)?),
        }
    }

    fn from_tokens(tokens: Vec<Vec<f32>>) -> ReadResult<Self> {
        let Some(first) = tokens.first() else {
            return Err(Mismatch::new("expected vectors of tokens, found none"));
        };
        let mut sums = vec![0.0_f64; first.len()];
        for (index, token) in tokens.iter().enumerate() {
            if token.len() != sums.len() {
                return Err(Mismatch::new(format!(
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

fn vector(value: &Value) -> ReadResult<Vec<f32>> {
    let numbers = each(value, "a list of numbers", single)?;
    if numbers.is_empty() {
        return Err(Mismatch::expected("a list of numbers", value));
    }
    Ok(numbers)
}

/// Reads OpenAI's embedding: numbers, or their little-endian bytes in base64.
fn openai(value: &Value) -> ReadResult<Embedding> {
    let Value::String(encoded) = value else {
        return vector(value).map(Embedding::new);
    };
    let invalid = || Mismatch::new("expected numbers in base64, found other text");
    let bytes = BASE64_STANDARD.decode(encoded).map_err(|_| invalid())?;
    let (numbers, rest) = bytes.as_chunks::<4>();
    let numbers: Vec<_> = numbers.iter().copied().map(f32::from_le_bytes).collect();
    if numbers.is_empty() || !rest.is_empty() {
        return Err(invalid());
    }
    if !numbers.iter().all(|number| number.is_finite()) {
        return Err(Mismatch::new(
            "expected finite numbers, found a non-finite one",
        ));
    }
    Ok(Embedding::new(numbers))
}

fn single_text(mut embeddings: Vec<Embedding>) -> ReadResult<Embedding> {
    match (embeddings.len(), embeddings.pop()) {
        (1, Some(embedding)) => Ok(embedding),
        (count, _) => Err(Mismatch::new(format!(
            "expected the features of one text, found those of {count}"
        ))),
    }
}

/// Returns the nesting depth of lists, judged by their first items.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.first().map_or(0, depth),
        _ => 0,
    }
}

use serde::{Deserialize, Serialize};

use crate::{
    InferenceError,
    task::{
        DecodeError, Payload, RawResponse, Task,
        accepts::accept_struct,
        read::{each, single},
        wire::invalid,
    },
};

/// `sentence-similarity`: a sentence and others → the similarity of each of them to it, in their order.
///
/// Wire: [specification](https://huggingface.co/tasks/sentence-similarity).
#[derive(Clone, Copy, Debug)]
pub struct SentenceSimilarity;

/// A sentence and those to compare it to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentences {
    /// The sentence.
    pub source_sentence: String,
    /// The others, at least one.
    pub sentences: Vec<String>,
}

impl Sentences {
    /// Creates a sentence with those to compare it to.
    #[must_use]
    pub fn new<S: Into<String>>(
        source_sentence: impl Into<String>,
        sentences: impl IntoIterator<Item = S>,
    ) -> Self {
        Self {
            source_sentence: source_sentence.into(),
            sentences: sentences.into_iter().map(Into::into).collect(),
        }
    }
}

/// The parameters of [`SentenceSimilarity`]: it has none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct SentenceSimilarityParameters {}

impl Task for SentenceSimilarity {
    const NAME: &'static str = inference_spec::tasks::SENTENCE_SIMILARITY;
    type Input = Sentences;
    type Parameters = SentenceSimilarityParameters;
    type Output = Vec<f32>;

    fn encode(input: &Sentences) -> Result<Payload, InferenceError> {
        if input.sentences.is_empty() {
            return Err(invalid(
                "`sentences` is empty; help: add at least one sentence to compare with",
            ));
        }
        Payload::json(input)
    }

    fn decode(
        answer: &RawResponse<'_>,
        input: &Sentences,
        _: &Self::Parameters,
    ) -> Result<Vec<f32>, DecodeError> {
        let similarities = each(&answer.json()?, "a list of numbers", single)?;
        if similarities.len() != input.sentences.len() {
            return Err(DecodeError::unexpected(format!(
                "expected a number for each of the {} sentences, found {}",
                input.sentences.len(),
                similarities.len()
            )));
        }
        Ok(similarities)
    }

    fn size(input: &Sentences) -> usize {
        input.source_sentence.len() + input.sentences.iter().map(String::len).sum::<usize>()
    }
}

accept_struct!(SentenceSimilarity: Sentences);

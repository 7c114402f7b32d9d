use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    InferenceError,
    task::{
        DecodeError, Payload, RawResponse, Task,
        accepts::accept_struct,
        read::{Mismatch, ReadResult, field, index, non_empty_answers, number},
        wire::invalid,
    },
};

/// `text-ranking`: a query and texts → the texts ranked by relevance, the best first.
///
/// Wire: that of text-embeddings-inference's
/// [`/rerank`](https://huggingface.github.io/text-embeddings-inference/), its body as `inputs`.
#[derive(Clone, Copy, Debug)]
pub struct TextRanking;

/// A query and the texts to rank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranking {
    /// The query.
    pub query: String,
    /// The texts: at least one.
    pub texts: Vec<String>,
}

impl Ranking {
    /// Creates a query with the texts to rank.
    #[must_use]
    pub fn new<S: Into<String>>(
        query: impl Into<String>,
        texts: impl IntoIterator<Item = S>,
    ) -> Self {
        Self {
            query: query.into(),
            texts: texts.into_iter().map(Into::into).collect(),
        }
    }
}

/// A text with its score.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ranked {
    /// The index of the text, counted from 0. Always valid.
    pub index: usize,
    /// The relevance to the query; the range depends on the model.
    pub score: f64,
}

impl Ranked {
    /// Creates a ranked text.
    #[must_use]
    pub fn new(index: usize, score: f64) -> Self {
        Self { index, score }
    }

    fn read(value: &Value) -> ReadResult<Self> {
        Ok(Self {
            index: field(value, "index", index)?,
            score: field(value, "score", number)?,
        })
    }
}

/// The parameters of [`TextRanking`]: it has none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TextRankingParameters {}

impl Task for TextRanking {
    const NAME: &'static str = inference_spec::tasks::TEXT_RANKING;
    type Input = Ranking;
    type Parameters = TextRankingParameters;
    type Output = Vec<Ranked>;

    fn encode(input: &Ranking) -> Result<Payload, InferenceError> {
        if input.texts.is_empty() {
            return Err(invalid(
                "`texts` is empty; help: add at least one text to rank",
            ));
        }
        Payload::json(input)
    }

    fn decode(
        answer: &RawResponse<'_>,
        input: &Ranking,
        _: &Self::Parameters,
    ) -> Result<Vec<Ranked>, DecodeError> {
        let mut ranking =
            non_empty_answers(&answer.json()?, "a list of ranked texts", Ranked::read)?;
        check(&ranking, input.texts.len())?;
        ranking.sort_by(|a, b| b.score.total_cmp(&a.score));
        Ok(ranking)
    }

    fn size(input: &Ranking) -> usize {
        input.query.len() + input.texts.iter().map(String::len).sum::<usize>()
    }
}

accept_struct!(TextRanking: Ranking);

/// Rejects indexes that are out of range or repeated, since handlers index their texts with them.
fn check(ranking: &[Ranked], texts: usize) -> ReadResult<()> {
    let mut seen = vec![false; texts];
    for (position, Ranked { index, .. }) in ranking.iter().enumerate() {
        let message = match seen.get_mut(*index) {
            Some(seen) if !*seen => {
                *seen = true;
                continue;
            }
            Some(_) => format!("the index {index} is repeated"),
            None => format!("the index {index} is out of range for {texts} texts"),
        };
        return Err(Mismatch::new(message).at(position));
    }
    Ok(())
}

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    InferenceError,
    task::{
        DecodeError, Payload, RawResponse, Task,
        accepts::accept_struct,
        read::{Mismatch, Read, field, index, number, some_answers},
        wire::invalid,
    },
};

/// `text-ranking`: a query and texts → the texts by how well they answer it, the best first.
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
    /// A query and the texts to rank.
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

/// A text in its place in the ranking.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ranked {
    /// Which of the texts, counted from 0. Always one of those that were sent.
    pub index: usize,
    /// How well it answers the query; the range is the model's.
    pub score: f64,
}

impl Ranked {
    /// A text in its place.
    #[must_use]
    pub fn new(index: usize, score: f64) -> Self {
        Self { index, score }
    }

    fn read(value: &Value) -> Read<Self> {
        Ok(Self {
            index: field(value, "index", index)?,
            score: field(value, "score", number)?,
        })
    }
}

/// The parameters of [`TextRanking`]: it takes none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TextRankingParameters {}

impl Task for TextRanking {
    const NAME: &'static str = "text-ranking";
    type Input = Ranking;
    type Parameters = TextRankingParameters;
    type Output = Vec<Ranked>;

    fn encode(input: &Ranking) -> Result<Payload, InferenceError> {
        if input.texts.is_empty() {
            return Err(invalid("`texts` is empty; help: give at least one to rank"));
        }
        Payload::json(input)
    }

    fn decode(
        answer: &RawResponse<'_>,
        input: &Ranking,
        _: &Self::Parameters,
    ) -> Result<Vec<Ranked>, DecodeError> {
        let mut ranking = some_answers(&answer.json()?, "a list of ranked texts", Ranked::read)?;
        check(&ranking, input.texts.len())?;
        ranking.sort_by(|a, b| b.score.total_cmp(&a.score));
        Ok(ranking)
    }

    fn size(input: &Ranking) -> usize {
        input.query.len() + input.texts.iter().map(String::len).sum::<usize>()
    }
}

accept_struct!(TextRanking: Ranking);

/// Handlers index their texts with it: every index must be one of theirs, and stand there once.
fn check(ranking: &[Ranked], texts: usize) -> Read<()> {
    let mut seen = vec![false; texts];
    for (position, Ranked { index, .. }) in ranking.iter().enumerate() {
        let wrong = match seen.get_mut(*index) {
            Some(seen) if !*seen => {
                *seen = true;
                continue;
            }
            Some(_) => format!("the text {index} is ranked twice"),
            None => format!("the text {index} is ranked, and there are only {texts}"),
        };
        return Err(Mismatch::wrong(wrong).at(position));
    }
    Ok(())
}

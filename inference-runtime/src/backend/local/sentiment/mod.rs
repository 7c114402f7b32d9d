//! The embedded sentiment model: a small linear model, for a first run and for tests.
//!
//! Its features are words and pairs of words, hashed, and sums over a lexicon, all aware of negation ("not bad at all"),
//! of "but" and of words of degree. `scripts/train-sentiment` creates `weights.bin`; `docs/src/local-models.md`
//! has its accuracy, and `NOTICE.md` the licence and the citation of its training data.

mod features;
mod scope;
mod sums;
#[cfg(test)]
mod tests;
mod tokenize;
mod weights;
mod words;

use weights::Weights;

const POSITIVE: &str = "POSITIVE";
const NEGATIVE: &str = "NEGATIVE";

/// Classifies a text as positive or negative.
pub(crate) struct Sentiment {
    weights: Weights<'static>,
}

// Parsed at compile time: a damaged file does not build, and nothing is loaded at run time.
static EMBEDDED: Sentiment = match Weights::parse(include_bytes!("weights.bin")) {
    Ok(weights) => Sentiment { weights },
    Err(problem) => panic!("{}", problem),
};

impl Sentiment {
    /// Returns the model of this crate, which is a constant.
    pub(crate) fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// Returns both labels with their probabilities (which sum to 1), the more likely first.
    ///
    /// Accepts any text, in time linear in its length; the scores of a text without sentiment, or in another language than
    /// English, are near 0.5.
    pub(crate) fn classify(&self, text: &str) -> [(&'static str, f32); 2] {
        let logit = features::logit(text, &self.weights);
        let (likelier, other) = if logit > 0.0 {
            (POSITIVE, NEGATIVE)
        } else {
            (NEGATIVE, POSITIVE)
        };
        let score = (1.0 / (1.0 + (-logit.abs()).exp())) as f32;
        [(likelier, score), (other, 1.0 - score)]
    }
}

//! The sentiment model inside the crate: a small linear one, for a first run and for tests.
//!
//! Words and pairs of words, hashed, and the sums of a lexicon, all aware of negation ("not bad at all"),
//! of "but" and of words of degree. `scripts/train-sentiment` makes `weights.bin`; `docs/src/local-models.md`
//! says how good it is. `NOTICE.md` has the licence and the citation of what it was trained on.

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

/// Says whether a text speaks well or ill of its subject.
pub(crate) struct Sentiment {
    weights: Weights<'static>,
}

// Taken apart by the compiler: a damaged file does not build, and nothing is left to load at run time.
static EMBEDDED: Sentiment = match Weights::parse(include_bytes!("weights.bin")) {
    Ok(weights) => Sentiment { weights },
    Err(problem) => panic!("{}", problem),
};

impl Sentiment {
    /// The model of this crate. Costs nothing: it is a constant.
    pub(crate) fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// Both labels with their probabilities (which sum to 1), the likelier first.
    ///
    /// Any text will do, in time linear in its length; one that says nothing, or is not English, comes out
    /// near the middle.
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

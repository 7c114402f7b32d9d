//! The features that are not hashed: sums over the lexicon's valences, and marks.
use super::tokenize::{Kind, Token};
use super::weights::{DENSE, Weights};

/// The weight of a covered word's opposite valence.
const VALENCE_NEGATION_FACTOR: f64 = 0.74;
/// More exclamation marks than this add nothing.
const MAX_EXCLAMATIONS: usize = 3;

#[derive(Default)]
pub(super) struct Sums {
    tokens: usize,
    total: f64,
    positive: f64,
    negative: f64,
    /// The valences of covered positive words, and of covered negative ones, before their reversal.
    covered_positive: f64,
    covered_negative: f64,
    highest: f64,
    lowest: f64,
    first: Option<f64>,
    last: f64,
    /// The sum after the last "but".
    after: f64,
    exclamations: usize,
    has_question: bool,
}

impl Sums {
    pub(super) fn add(
        &mut self,
        token: Token<'_>,
        valence: f64,
        weight: f64,
        covered: bool,
        after_contrast: bool,
    ) {
        self.tokens += 1;
        if token.kind == Kind::Mark {
            if token.text.starts_with('!') {
                self.exclamations = MAX_EXCLAMATIONS.min(self.exclamations + token.text.len());
            }
            self.has_question |= token.text.starts_with('?');
        }
        if valence == 0.0 {
            return;
        }
        let mut value = valence * weight;
        if covered {
            value *= -VALENCE_NEGATION_FACTOR;
            self.covered_positive += valence.max(0.0);
            self.covered_negative += (-valence).max(0.0);
        }
        self.total += value;
        self.positive += value.max(0.0);
        self.negative += (-value).max(0.0);
        self.highest = self.highest.max(value);
        self.lowest = self.lowest.min(value);
        self.first.get_or_insert(value);
        self.last = value;
        if after_contrast {
            self.after += value;
        }
    }

    /// Returns the features times their weights.
    pub(super) fn score(&self, weights: &Weights<'_>) -> f64 {
        let root = root(self.tokens);
        let direction = if self.total == 0.0 {
            0.0
        } else {
            self.total.signum()
        };
        let features: [f64; DENSE] = [
            squash(self.total, 15.0),
            squash(self.total, 1.0),
            self.positive / root,
            self.negative / root,
            self.covered_positive / root,
            self.covered_negative / root,
            squash(self.highest, 4.0),
            squash(-self.lowest, 4.0),
            squash(self.last, 4.0),
            squash(self.first.unwrap_or(0.0), 4.0),
            squash(self.after, 4.0),
            self.exclamations as f64 / MAX_EXCLAMATIONS as f64 * direction,
            f64::from(u8::from(self.exclamations > 0)),
            f64::from(u8::from(self.has_question)),
            squash(self.total / root, 0.05),
        ];
        features
            .iter()
            .zip(weights.dense)
            .map(|(feature, weight)| feature * f64::from(weight))
            .sum()
    }
}

/// Returns the divisor for a number of tokens, so that long texts do not outweigh short ones by their length.
pub(super) fn root(tokens: usize) -> f64 {
    (tokens.max(1) as f64).sqrt()
}

fn squash(value: f64, softness: f64) -> f64 {
    value / (value * value + softness).sqrt()
}

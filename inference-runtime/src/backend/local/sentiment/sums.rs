//! The features that are not hashed: sums over the lexicon's valences, and marks.

use super::features::root;
use super::tokenize::{Kind, Token};
use super::weights::{DENSE, Weights};

/// How much of its opposite the valence of a covered word counts as.
const VALENCE_FLIP: f64 = 0.74;
/// More exclamation marks than this say no more.
const MAX_EXCLAIMED: usize = 3;

#[derive(Default)]
pub(super) struct Sums {
    tokens: usize,
    total: f64,
    positive: f64,
    negative: f64,
    /// Positive words under a negator, and negative ones, as they were before it.
    sunk: f64,
    lifted: f64,
    highest: f64,
    lowest: f64,
    first: Option<f64>,
    last: f64,
    /// What follows the last "but".
    after: f64,
    exclaimed: usize,
    asked: bool,
}

impl Sums {
    pub(super) fn add(
        &mut self,
        token: Token<'_>,
        valence: f64,
        weight: f64,
        covered: bool,
        turned: bool,
    ) {
        self.tokens += 1;
        if token.kind == Kind::Mark {
            if token.text.starts_with('!') {
                self.exclaimed = MAX_EXCLAIMED.min(self.exclaimed + token.text.len());
            }
            self.asked |= token.text.starts_with('?');
        }
        if valence == 0.0 {
            return;
        }
        let mut value = valence * weight;
        if covered {
            value *= -VALENCE_FLIP;
            self.sunk += valence.max(0.0);
            self.lifted += (-valence).max(0.0);
        }
        self.total += value;
        self.positive += value.max(0.0);
        self.negative += (-value).max(0.0);
        self.highest = self.highest.max(value);
        self.lowest = self.lowest.min(value);
        self.first.get_or_insert(value);
        self.last = value;
        if turned {
            self.after += value;
        }
    }

    /// The features times their weights.
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
            self.sunk / root,
            self.lifted / root,
            squash(self.highest, 4.0),
            squash(-self.lowest, 4.0),
            squash(self.last, 4.0),
            squash(self.first.unwrap_or(0.0), 4.0),
            squash(self.after, 4.0),
            self.exclaimed as f64 / MAX_EXCLAIMED as f64 * direction,
            f64::from(u8::from(self.exclaimed > 0)),
            f64::from(u8::from(self.asked)),
            squash(self.total / root, 0.05),
        ];
        features
            .iter()
            .zip(weights.dense)
            .map(|(feature, weight)| feature * f64::from(weight))
            .sum()
    }
}

fn squash(value: f64, softness: f64) -> f64 {
    value / (value * value + softness).sqrt()
}

//! Computes features times weights, summed up as they are found: a linear model does not need a list of features.
//!
//! `scripts/train-sentiment/features.py` does the same in Python; the golden test compares the two.

use super::scope::{Role, base, roles};
use super::sums::{Sums, root};
use super::tokenize::{Kind, Token, Tokens};
use super::weights::{Name, Weights};
use super::words;

/// The weight of a covered word's opposite.
const NEGATION_FACTOR: f64 = 0.6;
const BEFORE_CONTRAST: f64 = 0.7;
const AFTER_CONTRAST: f64 = 1.2;
/// Added to the valence of a word in capitals.
const UPPERCASE_BONUS: f64 = 0.7;

/// Returns the log-odds that the text is positive.
pub(super) fn logit(text: &str, weights: &Weights<'_>) -> f64 {
    let tokens = Tokens::new(text, weights);
    let roles = roles(&tokens);
    let text = AnalyzedText {
        valences: valences(&tokens, weights),
        contrast: contrast(&tokens, &roles),
        tokens: &tokens,
        roles: &roles,
        weights,
    };
    f64::from(weights.bias) + text.hashed() + text.sums().score(weights)
}

struct AnalyzedText<'a> {
    tokens: &'a Tokens,
    roles: &'a [Role],
    valences: Vec<f64>,
    /// The index of the last "but".
    contrast: Option<usize>,
    weights: &'a Weights<'a>,
}

impl AnalyzedText<'_> {
    /// Returns the sum of the hashed features: words, pairs of words, and negators by the words they reverse.
    fn hashed(&self) -> f64 {
        let negated_classes = self.negated_classes();
        let mut total = 0.0;
        let mut tokens = self.tokens.iter().enumerate().peekable();
        while let Some((index, token)) = tokens.next() {
            let role = self.role(index);
            let name = |family: &str| self.weights.bucket(Name::new(family).with(token.text));
            let mut value = match role {
                Role::Free => name("u"),
                Role::Covered(_) => name("n") - NEGATION_FACTOR * name("u"),
                Role::Negator => {
                    let class = Name::new("x")
                        .with(negated_classes.get(index).copied().unwrap_or_default());
                    self.weights.bucket(class) + self.weights.bucket(class.with(base(token.text)))
                }
            };
            if let Some((after, next)) = tokens.peek() {
                let both = matches!(
                    (role, self.role(*after)),
                    (Role::Covered(_), Role::Covered(_))
                );
                let pair = Name::new(if both { "m" } else { "b" })
                    .with(token.text)
                    .with(" ")
                    .with(next.text);
                value += self.weights.bucket(pair);
            }
            total += value * self.weight(index);
        }
        total / root(self.tokens.len())
    }

    /// Returns the class of the words that the negator at each index reverses: positive, negative or neither, after it or,
    /// with a "$", before it ("the food was good, the service was not").
    fn negated_classes(&self) -> Vec<&'static str> {
        let mut under = vec![None; self.roles.len()];
        for (role, valence) in self.roles.iter().zip(&self.valences) {
            if let Role::Covered(owner) = role
                && let Some(sum) = under.get_mut(*owner)
            {
                *sum = Some(sum.unwrap_or(0.0) + valence);
            }
        }
        let mut latest = 0.0;
        let class = |(under, valence): (Option<f64>, &f64)| {
            let before = latest;
            if *valence != 0.0 {
                latest = *valence;
            }
            match under {
                Some(sum) => sign(sum, ["+", "0", "-"]),
                None => sign(before, ["$+", "$0", "$-"]),
            }
        };
        under.into_iter().zip(&self.valences).map(class).collect()
    }

    /// Returns the sums over the lexicon and the marks.
    fn sums(&self) -> Sums {
        let mut sums = Sums::default();
        for (index, (token, valence)) in self.tokens.iter().zip(&self.valences).enumerate() {
            let covered = matches!(self.role(index), Role::Covered(_));
            let after_contrast = self.contrast.is_some_and(|contrast| index > contrast);
            sums.add(token, *valence, self.weight(index), covered, after_contrast);
        }
        sums
    }

    fn role(&self, index: usize) -> Role {
        self.roles.get(index).copied().unwrap_or(Role::Free)
    }

    /// Returns the weight of a token, by the side of the last "but" it is on.
    fn weight(&self, index: usize) -> f64 {
        match self.contrast {
            None => 1.0,
            Some(contrast) if index < contrast => BEFORE_CONTRAST,
            Some(_) => AFTER_CONTRAST,
        }
    }
}

fn sign(valence: f64, [positive, neither, negative]: [&'static str; 3]) -> &'static str {
    if valence > 0.2 {
        positive
    } else if valence < -0.2 {
        negative
    } else {
        neither
    }
}

fn contrast(tokens: &Tokens, roles: &[Role]) -> Option<usize> {
    (1..tokens.len().saturating_sub(1)).rev().find(|index| {
        roles.get(*index) != Some(&Role::Negator)
            && tokens
                .get(*index)
                .is_some_and(|token| token.kind == Kind::Word && words::contrasts(token.text))
    })
}

/// Returns the lexicon's valence of every token, adjusted by words of degree and capitals.
fn valences(tokens: &Tokens, weights: &Weights<'_>) -> Vec<f64> {
    let uppercase = tokens.iter().filter(|token| token.uppercase).count();
    let words = tokens
        .iter()
        .filter(|token| token.kind == Kind::Word)
        .count();
    let emphatic = 0 < uppercase && uppercase < words;
    let degree =
        |index: usize, back: usize| words::degree(tokens.get(index.checked_sub(back)?)?.text);
    let valence = |(index, token): (usize, Token<'_>)| {
        if token.kind == Kind::Mark
            || words::negates(token.text)
            || words::degree(token.text).is_some()
        {
            return 0.0;
        }
        let Some(mut valence) = weights.valence(token.text) else {
            return 0.0;
        };
        if token.uppercase && emphatic {
            valence += UPPERCASE_BONUS.copysign(valence);
        }
        let factor = degree(index, 1).or_else(|| degree(index, 2).map(f64::sqrt));
        valence * factor.unwrap_or(1.0)
    };
    tokens.iter().enumerate().map(valence).collect()
}

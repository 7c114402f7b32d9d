//! Features times weights, summed up as they are found: a linear model needs no list of them.
//!
//! `scripts/train-sentiment/features.py` is the same in Python; the golden test keeps the two together.

use super::scope::{Role, base, roles};
use super::sums::Sums;
use super::tokenize::{Kind, Token, Tokens};
use super::weights::{Name, Weights};
use super::words;

/// A covered word counts as this much of its opposite.
const FLIP: f64 = 0.6;
const BEFORE_CONTRAST: f64 = 0.7;
const AFTER_CONTRAST: f64 = 1.2;
/// What capitals add to a valence.
const SHOUT: f64 = 0.7;

/// The log-odds that the text is positive.
pub(super) fn logit(text: &str, weights: &Weights<'_>) -> f64 {
    let tokens = Tokens::new(text, weights);
    let roles = roles(&tokens);
    let text = Analysed {
        valences: valences(&tokens, weights),
        turn: turn(&tokens, &roles),
        tokens: &tokens,
        roles: &roles,
        weights,
    };
    f64::from(weights.bias) + text.hashed() + text.sums().score(weights)
}

struct Analysed<'a> {
    tokens: &'a Tokens,
    roles: &'a [Role],
    valences: Vec<f64>,
    /// Where the last "but" stands.
    turn: Option<usize>,
    weights: &'a Weights<'a>,
}

impl Analysed<'_> {
    /// The hashed features: words, pairs of words, and negators by what they turn.
    fn hashed(&self) -> f64 {
        let turned = self.turned();
        let mut total = 0.0;
        let mut tokens = self.tokens.iter().enumerate().peekable();
        while let Some((index, token)) = tokens.next() {
            let role = self.role(index);
            let name = |family: &str| self.weights.bucket(Name::new(family).with(token.text));
            let mut value = match role {
                Role::Free => name("u"),
                Role::Covered(_) => name("n") - FLIP * name("u"),
                Role::Negator => {
                    let class = Name::new("x").with(turned.get(index).copied().unwrap_or_default());
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

    /// What the negator at each index turns: something positive, negative or neither, behind it or, with
    /// a "$", before it ("the food was good, the service was not").
    fn turned(&self) -> Vec<&'static str> {
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

    /// The lexicon's view, and that of the marks.
    fn sums(&self) -> Sums {
        let mut sums = Sums::default();
        for (index, (token, valence)) in self.tokens.iter().zip(&self.valences).enumerate() {
            let covered = matches!(self.role(index), Role::Covered(_));
            let turned = self.turn.is_some_and(|turn| index > turn);
            sums.add(token, *valence, self.weight(index), covered, turned);
        }
        sums
    }

    fn role(&self, index: usize) -> Role {
        self.roles.get(index).copied().unwrap_or(Role::Free)
    }

    /// How much the token counts, by the side of the last "but" it is on.
    fn weight(&self, index: usize) -> f64 {
        match self.turn {
            None => 1.0,
            Some(turn) if index < turn => BEFORE_CONTRAST,
            Some(_) => AFTER_CONTRAST,
        }
    }
}

/// What a number of tokens is divided by, so that long texts do not outweigh short ones by their length.
pub(super) fn root(tokens: usize) -> f64 {
    (tokens.max(1) as f64).sqrt()
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

fn turn(tokens: &Tokens, roles: &[Role]) -> Option<usize> {
    (1..tokens.len().saturating_sub(1)).rev().find(|index| {
        roles.get(*index) != Some(&Role::Negator)
            && tokens
                .get(*index)
                .is_some_and(|token| token.kind == Kind::Word && words::contrasts(token.text))
    })
}

/// The lexicon's valence of every token, stronger or weaker by the words of degree and the capitals.
fn valences(tokens: &Tokens, weights: &Weights<'_>) -> Vec<f64> {
    let shouted = tokens.iter().filter(|token| token.shouted).count();
    let words = tokens
        .iter()
        .filter(|token| token.kind == Kind::Word)
        .count();
    let emphatic = 0 < shouted && shouted < words;
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
        if token.shouted && emphatic {
            valence += SHOUT.copysign(valence);
        }
        let factor = degree(index, 1).or_else(|| degree(index, 2).map(f64::sqrt));
        valence * factor.unwrap_or(1.0)
    };
    tokens.iter().enumerate().map(valence).collect()
}

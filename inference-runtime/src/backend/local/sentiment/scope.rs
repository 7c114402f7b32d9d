//! The words that each negator covers.

use super::tokenize::{Kind, Token, Tokens};
use super::words;

/// How many words after a negator it covers, unless the clause ends first.
const SCOPE: usize = 6;
/// How many words after "can't" are searched for a comparative, which keeps its sign.
const LOOKAHEAD: usize = 5;

/// The role of a token in a negation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Free,
    Negator,
    /// Covered by the negator at this index.
    Covered(usize),
}

/// Returns the role of every token.
pub(super) fn roles(tokens: &Tokens) -> Vec<Role> {
    let (mut owner, mut negative, mut left) = (0, false, 0_usize);
    let role = |(index, token): (usize, Token<'_>)| {
        if token.kind == Kind::Mark {
            if words::is_clause_mark(token.text) {
                left = 0;
            }
            return Role::Free;
        }
        if token.kind == Kind::Word && is_negator(tokens, index, token.text) {
            // "not without charm": a negator covered by a negator cancels it.
            negative = !(left > 0 && negative);
            (owner, left) = (index, SCOPE);
            return Role::Negator;
        }
        if token.kind == Kind::Word && words::ends_clause(token.text) {
            left = 0;
        }
        if left == 0 {
            return Role::Free;
        }
        left -= 1;
        if negative {
            Role::Covered(owner)
        } else {
            Role::Free
        }
    };
    tokens.iter().enumerate().map(role).collect()
}

/// Returns the name of a negator in features: every "…n't" is one word.
pub(super) fn base(negator: &str) -> &str {
    if negator.ends_with("n't") {
        "not"
    } else {
        negator
    }
}

fn is_negator(tokens: &Tokens, index: usize, word: &str) -> bool {
    let text = |index: usize| tokens.get(index).map_or("", |token| token.text);
    let before = index.checked_sub(1).map_or("", text);
    if words::negates_after(before, word) {
        return true;
    }
    if !words::negates(word) {
        return false;
    }
    let mut after = text(index + 1);
    if words::is_article(after) && index + 2 < tokens.len() {
        after = text(index + 2);
    }
    if words::is_harmless(base(word), after) {
        return false;
    }
    !(words::is_inability(word, before) && comparative_follows(tokens, index))
}

fn comparative_follows(tokens: &Tokens, index: usize) -> bool {
    (index + 1..=index + LOOKAHEAD)
        .map_while(|index| tokens.get(index))
        .take_while(|token| token.kind != Kind::Mark)
        .any(|token| words::is_comparative(token.text))
}

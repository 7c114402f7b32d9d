//! The closed classes of words that features refer to. `scripts/train-sentiment/words.py` has the same lists.

/// Returns whether a word negates in any context.
pub(super) fn negates(word: &str) -> bool {
    word.ends_with("n't")
        || matches!(
            word,
            "not"
                | "never"
                | "no"
                | "nobody"
                | "none"
                | "nothing"
                | "nowhere"
                | "neither"
                | "nor"
                | "without"
                | "hardly"
                | "barely"
                | "scarcely"
                | "rarely"
                | "seldom"
                | "cannot"
                | "aint"
                | "arent"
                | "cant"
                | "couldnt"
                | "didnt"
                | "doesnt"
                | "dont"
                | "hadnt"
                | "hasnt"
                | "havent"
                | "isnt"
                | "mustnt"
                | "neednt"
                | "shant"
                | "shouldnt"
                | "wasnt"
                | "werent"
                | "wouldnt"
        )
}

/// Returns whether the second of two words negates the words after it ("far from").
pub(super) fn negates_after(before: &str, word: &str) -> bool {
    matches!(
        (before, word),
        ("far", "from") | ("free" | "instead", "of") | ("anything", "but")
    )
}

/// Returns whether a negator does not negate before this word ("not only", "no doubt").
pub(super) fn is_harmless(negator: &str, after: &str) -> bool {
    matches!(
        (negator, after),
        ("not", "only" | "just" | "merely" | "simply")
            | ("no", "doubt" | "wonder" | "question" | "matter")
            | ("nothing", "but")
            | ("without", "doubt" | "question" | "fail")
    )
}

pub(super) fn is_article(word: &str) -> bool {
    matches!(word, "a" | "any")
}

/// Returns whether a comparative keeps its sign after this negator ("couldn't be better", "never been worse").
pub(super) fn is_inability(negator: &str, before: &str) -> bool {
    matches!(
        negator,
        "can't" | "cant" | "couldn't" | "couldnt" | "cannot" | "never"
    ) || (negator == "not" && matches!(before, "can" | "could"))
}

pub(super) fn is_comparative(word: &str) -> bool {
    matches!(word, "better" | "worse" | "more" | "enough") || word.ends_with("ier")
}

/// Returns whether a word is a conjunction that ends the scope of a negator.
pub(super) fn ends_clause(word: &str) -> bool {
    matches!(
        word,
        "but"
            | "however"
            | "although"
            | "though"
            | "because"
            | "yet"
            | "except"
            | "unless"
            | "until"
            | "whereas"
            | "while"
    )
}

/// Returns whether a mark ends the scope of a negator.
pub(super) fn is_clause_mark(mark: &str) -> bool {
    mark.starts_with(['.', '!', '?', ';', ':', ',', '(', ')'])
}

/// Returns whether the text after this word outweighs the text before it.
pub(super) fn contrasts(word: &str) -> bool {
    matches!(word, "but" | "however" | "yet")
}

/// Returns the factor of a word of degree for the valence of the next word ("very", "slightly").
pub(super) fn degree(word: &str) -> Option<f64> {
    match word {
        "very" | "really" | "so" | "extremely" | "absolutely" | "totally" | "completely"
        | "incredibly" | "truly" | "highly" | "utterly" | "deeply" | "especially"
        | "thoroughly" | "quite" | "most" | "more" | "too" | "amazingly" | "remarkably"
        | "super" => Some(1.3),
        "somewhat" | "slightly" | "fairly" | "kinda" | "sorta" | "little" | "mildly" | "partly"
        | "almost" | "occasionally" | "sometimes" => Some(0.6),
        _ => None,
    }
}

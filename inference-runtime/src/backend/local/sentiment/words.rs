//! The closed classes of words the features know by name. `scripts/train-sentiment/words.py` holds the
//! same lists.

/// Whether a word negates, wherever it stands.
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

/// Whether the second of two words negates what follows, after the first ("far from").
pub(super) fn negates_after(before: &str, word: &str) -> bool {
    matches!(
        (before, word),
        ("far", "from") | ("free" | "instead", "of") | ("anything", "but")
    )
}

/// Whether a negator negates nothing before this word ("not only", "no doubt").
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

/// Whether a comparative keeps its sign after this negator ("couldn't be better", "never been worse").
pub(super) fn says_unable(negator: &str, before: &str) -> bool {
    matches!(
        negator,
        "can't" | "cant" | "couldn't" | "couldnt" | "cannot" | "never"
    ) || (negator == "not" && matches!(before, "can" | "could"))
}

pub(super) fn is_comparative(word: &str) -> bool {
    matches!(word, "better" | "worse" | "more" | "enough") || word.ends_with("ier")
}

/// A conjunction that ends what a negator covers.
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

/// A mark that ends what a negator covers.
pub(super) fn is_clause_mark(mark: &str) -> bool {
    mark.starts_with(['.', '!', '?', ';', ':', ',', '(', ')'])
}

/// What follows this word outweighs what went before.
pub(super) fn contrasts(word: &str) -> bool {
    matches!(word, "but" | "however" | "yet")
}

/// What a word of degree makes of the valence of the next ("very", "slightly").
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

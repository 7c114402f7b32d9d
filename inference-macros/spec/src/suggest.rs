//! "Did you mean …?"

/// Returns the candidate closest to `word`, if one is close enough.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(word);
    candidates
        .into_iter()
        .map(|candidate| (similarity(&folded, &fold(candidate)), candidate))
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

/// Returns the candidate within three edits of `word`: for long names with a common prefix.
pub fn nearest_variable<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .min()
        .filter(|(distance, _)| *distance <= 3)
        .map(|(_, candidate)| candidate)
}

/// Returns the help for a word that is not a candidate: the closest candidate, or all of them.
pub fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str> + Clone,
) -> String {
    match nearest(word, candidates.clone()) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None => format!("choose from {}", list(candidates)),
    }
}

/// Returns the words in backticks, separated by commas.
pub fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let all: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    all.join(", ")
}

/// Returns the similarity, from 0 to 1. Words that differ in one edit count as close, however short they are.
fn similarity(word: &str, candidate: &str) -> f64 {
    let winkler = strsim::jaro_winkler(word, candidate);
    match strsim::osa_distance(word, candidate) {
        0 | 1 => winkler.max(0.9),
        _ => winkler,
    }
}

/// Ignores letter case and the kind of dash.
pub(crate) fn fold(word: &str) -> String {
    word.to_lowercase().replace(['_', ' '], "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelt_word_gives_the_closest_candidate() {
        assert_eq!(nearest("tiemout", ["timeout", "task"]), Some("timeout"));
        assert_eq!(
            nearest(
                "Text_Classification",
                ["text-classification", "translation"]
            ),
            Some("text-classification")
        );
    }

    #[test]
    fn word_unlike_all_candidates_gives_the_whole_list() {
        assert_eq!(nearest("zebra", ["timeout", "task"]), None);
        assert_eq!(
            did_you_mean("zebra", ["timeout", "task"]),
            "choose from `timeout`, `task`"
        );
    }
}

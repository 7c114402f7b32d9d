//! "Did you mean …?"

/// The candidate that `word` most likely stands for, if one is near enough to be worth naming.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let folded = fold(word);
    candidates
        .into_iter()
        .map(|candidate| (likeness(&folded, &fold(candidate)), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

/// The help line for a word that is not among the candidates: the one that was meant, or all of them.
pub(crate) fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str> + Clone,
) -> String {
    match nearest(word, candidates.clone()) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None => {
            let all: Vec<String> = candidates.into_iter().map(|c| format!("`{c}`")).collect();
            format!("choose from {}", all.join(", "))
        }
    }
}

/// From 0 to 1. Short words that differ in one letter are near, though half of them is wrong.
fn likeness(word: &str, candidate: &str) -> f64 {
    let alike = strsim::jaro_winkler(word, candidate);
    match strsim::osa_distance(word, candidate) {
        0 | 1 => alike.max(0.9),
        _ => alike,
    }
}

/// Letter case and the kind of dash are never what somebody meant to say.
fn fold(word: &str) -> String {
    word.to_lowercase().replace(['_', ' '], "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_understood() {
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
    fn a_word_like_no_other_gets_the_whole_list() {
        assert_eq!(nearest("zebra", ["timeout", "task"]), None);
        assert_eq!(
            did_you_mean("zebra", ["timeout", "task"]),
            "choose from `timeout`, `task`"
        );
    }
}

//! Ranks the sections: by the vectors of a model, or by the words they share with the query.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use crate::corpus::SECTIONS;

/// The term frequency saturation of BM25, with its usual value.
const SATURATION: f64 = 1.2;

/// The index of a section in the corpus, and its score from 0 to 1.
pub(crate) type Hit = (usize, f64);

/// Ranks by the angle between the vectors. Sections without a vector are skipped.
pub(crate) fn by_meaning<'v>(
    query: &[f32],
    sections: impl Iterator<Item = Option<&'v [f32]>>,
) -> Vec<Hit> {
    sorted(
        sections
            .enumerate()
            .filter_map(|(index, section)| Some((index, cosine(query, section?)?))),
    )
}

/// Ranks by the words of the query: rare words and words that are frequent in a section count more.
pub(crate) fn by_words(query: &str) -> Vec<Hit> {
    let query_words: HashSet<String> = words(query).collect();
    let weights: Vec<(&String, f64)> = query_words
        .iter()
        .map(|word| (word, WORDS.rarity(word)))
        .collect();
    let all: f64 = weights.iter().map(|(_, weight)| weight).sum();
    sorted(
        WORDS
            .sections
            .iter()
            .enumerate()
            .map(|(index, section)| (index, WORDS.score(section, &weights) / all))
            .filter(|(_, score)| *score > 0.0),
    )
}

fn sorted(hits: impl Iterator<Item = Hit>) -> Vec<Hit> {
    let mut hits: Vec<_> = hits.collect();
    hits.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    hits
}

/// Returns the cosine of the angle, or 0 if the angle is obtuse. `None` if the vectors cannot be compared.
fn cosine(one: &[f32], other: &[f32]) -> Option<f64> {
    if one.len() != other.len() {
        return None;
    }
    let product = |a: &[f32], b: &[f32]| -> f64 {
        a.iter()
            .zip(b)
            .map(|(a, b)| f64::from(*a) * f64::from(*b))
            .sum()
    };
    let lengths = (product(one, one) * product(other, other)).sqrt();
    (lengths > 0.0).then(|| (product(one, other) / lengths).max(0.0))
}

/// The word counts of each section.
static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let sections: Vec<_> = SECTIONS
        .iter()
        .map(|section| Counts::from_text(&section.full_text()))
        .collect();
    let total: usize = sections.iter().map(|section| section.total).sum();
    Words {
        mean: total as f64 / sections.len() as f64,
        sections,
    }
});

struct Words {
    sections: Vec<Counts>,
    /// The mean number of words of a section.
    mean: f64,
}

struct Counts {
    by_word: HashMap<String, u32>,
    total: usize,
}

impl Words {
    fn rarity(&self, word: &str) -> f64 {
        let containing = self
            .sections
            .iter()
            .filter(|section| section.by_word.contains_key(word));
        (1.0 + self.sections.len() as f64 / (1.0 + containing.count() as f64)).ln()
    }

    fn score(&self, section: &Counts, weights: &[(&String, f64)]) -> f64 {
        let length = section.total as f64 / self.mean;
        let score = |(word, weight): &(&String, f64)| {
            let times = f64::from(*section.by_word.get(*word)?);
            Some(weight * times / (times + SATURATION * length))
        };
        weights.iter().filter_map(score).sum()
    }
}

impl Counts {
    fn from_text(text: &str) -> Self {
        let mut counts = Self {
            by_word: HashMap::new(),
            total: 0,
        };
        for word in words(text) {
            *counts.by_word.entry(word).or_default() += 1;
            counts.total += 1;
        }
        counts
    }
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::{SECTIONS, by_meaning, by_words};

    #[test]
    fn sections_are_sorted_by_vector_similarity() {
        let sections = [
            Some(&[0.0, 2.0][..]),
            None,
            Some(&[3.0, 0.1]),
            Some(&[-1.0, 0.0]),
            Some(&[0.0, 0.0]),
        ];
        let hits = by_meaning(&[1.0, 0.0], sections.into_iter());
        let order: Vec<_> = hits.iter().map(|(index, _)| *index).collect();
        assert_eq!(order, [2, 0, 3]);
        assert!(
            hits.iter().all(|(_, score)| (0.0..=1.0).contains(score)),
            "{hits:?}"
        );
    }

    #[test]
    fn only_sections_with_a_query_word_are_hits() {
        let containing = |index: &usize| {
            SECTIONS[*index]
                .full_text()
                .to_lowercase()
                .contains("fallback")
        };
        let hits = by_words("Fallback, xyzzy?");
        assert!(!hits.is_empty());
        for (index, score) in &hits {
            // One of the two query words is in no section.
            assert!(containing(index) && *score > 0.0 && *score < 0.5, "{score}");
        }
        assert!(
            hits.windows(2).all(|pair| pair[0].1 >= pair[1].1),
            "{hits:?}"
        );
        assert!(by_words("xyzzy").is_empty());
        assert!(by_words("?").is_empty());
    }
}

//! How near the sections are to a query: by what a model makes of both, or by the words they share.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use crate::corpus::SECTIONS;

/// How soon more of the same word counts no more: the usual value of BM25.
const SATURATION: f64 = 1.2;

/// A section, by its place in the corpus, and how near it is: from 0 to 1.
pub(crate) type Hit = (usize, f64);

/// By the angle between the vectors. A section without a vector is left out.
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

/// By the words of the query: the rarer a word and the more often it stands in a section, the more it counts.
pub(crate) fn by_words(query: &str) -> Vec<Hit> {
    let asked: HashSet<String> = words(query).collect();
    let weights: Vec<(&String, f64)> = asked
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

/// The cosine of the angle, 0 where it is obtuse; none for vectors that cannot be compared.
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

/// How often each word stands in each section.
static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let sections: Vec<_> = SECTIONS
        .iter()
        .map(|section| Counts::of(&section.whole()))
        .collect();
    let total: usize = sections.iter().map(|section| section.total).sum();
    Words {
        mean: total as f64 / sections.len() as f64,
        sections,
    }
});

struct Words {
    sections: Vec<Counts>,
    /// How many words a section has in the mean.
    mean: f64,
}

struct Counts {
    of_word: HashMap<String, u32>,
    total: usize,
}

impl Words {
    fn rarity(&self, word: &str) -> f64 {
        let with = self
            .sections
            .iter()
            .filter(|section| section.of_word.contains_key(word));
        (1.0 + self.sections.len() as f64 / (1.0 + with.count() as f64)).ln()
    }

    fn score(&self, section: &Counts, weights: &[(&String, f64)]) -> f64 {
        let length = section.total as f64 / self.mean;
        let score = |(word, weight): &(&String, f64)| {
            let times = f64::from(*section.of_word.get(*word)?);
            Some(weight * times / (times + SATURATION * length))
        };
        weights.iter().filter_map(score).sum()
    }
}

impl Counts {
    fn of(text: &str) -> Self {
        let mut counts = Self {
            of_word: HashMap::new(),
            total: 0,
        };
        for word in words(text) {
            *counts.of_word.entry(word).or_default() += 1;
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
    fn the_nearest_vector_is_first() {
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
    fn a_word_leads_to_the_sections_that_have_it() {
        let with = |index: &usize| SECTIONS[*index].whole().to_lowercase().contains("fallback");
        let hits = by_words("Fallback, xyzzy?");
        assert!(!hits.is_empty());
        for (index, score) in &hits {
            // Half of the query is a word that no section has.
            assert!(with(index) && *score > 0.0 && *score < 0.5, "{score}");
        }
        assert!(
            hits.windows(2).all(|pair| pair[0].1 >= pair[1].1),
            "{hits:?}"
        );
        assert!(by_words("xyzzy").is_empty());
        assert!(by_words("?").is_empty());
    }
}

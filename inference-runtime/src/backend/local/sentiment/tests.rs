use std::time::{Duration, Instant};

use super::weights::Weights;
use super::{Sentiment, features};

const FILE: &[u8] = include_bytes!("weights.bin");
/// The logit as the training script computes it, and the sentence.
const GOLDEN: &str = include_str!("testdata/golden.tsv");
/// The obvious label, and the sentence; most of them negated.
const KNOWN: &str = include_str!("testdata/known.tsv");

fn logit(text: &str) -> f64 {
    features::logit(text, &Sentiment::embedded().weights)
}

fn label(text: &str) -> &'static str {
    Sentiment::embedded().classify(text)[0].0
}

fn rows(table: &str) -> impl Iterator<Item = (&str, &str)> {
    table
        .lines()
        .map(|line| line.split_once('\t').expect("two columns"))
}

#[test]
fn logits_equal_those_of_the_training_script() {
    assert!(GOLDEN.lines().count() >= 50);
    for (expected, sentence) in rows(GOLDEN) {
        let expected: f64 = expected.parse().expect("a number");
        let found = logit(sentence);
        assert!(
            (found - expected).abs() < 1e-3,
            "{sentence:?}: {found} is not {expected}"
        );
    }
}

#[test]
fn negated_and_plain_sentences_get_the_right_label() {
    assert!(KNOWN.lines().count() >= 100);
    let wrong: Vec<_> = rows(KNOWN)
        .filter(|(expected, sentence)| label(sentence) != *expected)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_negator_reverses_the_sentence() {
    for (plain, negated) in [
        ("The film was good.", "The film was not good."),
        ("The film was bad.", "The film was not bad."),
        ("I would recommend it.", "I wouldn't recommend it."),
        ("They were rude.", "They were never rude."),
    ] {
        assert_ne!(label(plain), label(negated), "{plain:?} and {negated:?}");
    }
}

#[test]
fn the_text_after_but_outweighs_the_text_before_it() {
    assert_eq!(
        label("The food was terrible, but the evening was great."),
        "POSITIVE"
    );
    assert_eq!(
        label("The evening was great, but the food was terrible."),
        "NEGATIVE"
    );
}

#[test]
fn degree_capitals_and_exclamation_strengthen() {
    assert!(logit("This is very good") > logit("This is good"));
    assert!(logit("This is good!!!") > logit("This is good"));
    assert!(logit("This is GOOD") > logit("This is good"));
}

#[test]
fn the_scores_are_probabilities_in_descending_order() {
    for (_, sentence) in rows(GOLDEN).chain(rows(KNOWN)).chain([("", ""), ("", "…")]) {
        let [(first, high), (second, low)] = Sentiment::embedded().classify(sentence);
        assert_ne!(first, second);
        assert!(
            (0.5..=1.0).contains(&high) && (0.0..=0.5).contains(&low),
            "{sentence:?}: {high}, {low}"
        );
        assert!(
            (high + low - 1.0).abs() < 1e-6,
            "{sentence:?}: {high} + {low}"
        );
    }
}

#[test]
fn equal_texts_get_equal_scores() {
    let text = "I don't think this is bad, but the ending isn't great :(";
    let scores = || {
        Sentiment::embedded()
            .classify(text)
            .map(|(_, score)| score.to_bits())
    };
    let first = scores();
    assert!((0..100).all(|_| scores() == first));
}

#[test]
fn any_text_can_be_classified() {
    let mut texts: Vec<String> = [
        "",
        " ",
        "\0",
        "\u{7f}\u{1b}[31m",
        "'",
        "''''",
        "n't",
        "not",
        "not not not",
        "but",
        "but but",
        "can't",
        "-",
        "a-",
        "-a",
        "a--b",
        ":",
        "a:",
        "😀",
        "👩‍👩‍👧‍👦",
        "🇩🇪",
        "e\u{301}",
        "\u{fe0f}",
        "ﬁ",
        "İ",
        "ẞ",
        "\u{202e}",
        "日本語の文章",
        "مرحبا",
        "ไม่ดี",
        "\u{ffff}",
        "\u{10ffff}",
        "1e309",
        "a'b'c'",
        "‘’",
        "far from",
        "without a",
    ]
    .map(String::from)
    .into();
    texts.push("It was not bad, but 😀 :( ".repeat(40_000));
    texts.push((0..0x3000).filter_map(char::from_u32).collect());
    for text in texts {
        let [(_, high), _] = Sentiment::embedded().classify(&text);
        assert!(
            (0.5..=1.0).contains(&high),
            "{:?}…: {high}",
            text.chars().take(40).collect::<String>()
        );
    }
}

#[test]
fn time_is_linear_in_the_text() {
    // Inputs that make a careless tokenizer quadratic. In linear time, half a megabyte takes a quarter of a second
    // in a debug build; in quadratic time, an hour.
    for piece in [
        "a",
        ":",
        "a:)",
        "not ",
        "can't be ",
        "😀",
        "-",
        "'",
        "not but ",
        "\u{2019}s",
    ] {
        let text = piece.repeat(500_000 / piece.len());
        let start = Instant::now();
        let [(_, high), _] = Sentiment::embedded().classify(&text);
        assert!((0.5..=1.0).contains(&high), "{piece:?}: {high}");
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "{piece:?} took {:?}",
            start.elapsed()
        );
    }
}

#[test]
fn a_damaged_file_is_refused() {
    let refused = |bytes: &[u8]| Weights::parse(bytes).err();
    assert_eq!(refused(FILE), None);
    assert!(FILE.len() <= 500_000);

    for length in [0, 7, 8, 11, 15, 16, 83, 84, 1000, FILE.len() - 1] {
        assert!(refused(&FILE[..length]).is_some(), "cut to {length} bytes");
    }
    assert!(
        refused(&[FILE, b"\0"].concat()).is_some(),
        "one byte too many"
    );

    // The magic, the bucket bits, the number of words, the step, a dense weight.
    for at in [0, 8, 11, 12, 15] {
        let mut bytes = FILE.to_vec();
        bytes[at] ^= 0xff;
        assert!(refused(&bytes).is_some(), "byte {at} changed");
    }
    for at in [16, 20, 24, 80] {
        let mut bytes = FILE.to_vec();
        bytes[at..at + 4].copy_from_slice(&f32::NAN.to_le_bytes());
        assert!(refused(&bytes).is_some(), "not a number at byte {at}");
    }
}

#[test]
fn the_lexicon_can_be_searched() {
    let weights = &Sentiment::embedded().weights;
    for (word, positive) in [
        ("good", true),
        ("awful", false),
        (":)", true),
        (":(", false),
        ("😢", false),
    ] {
        let valence = weights.valence(word).expect("in the lexicon");
        assert_eq!(valence > 0.0, positive, "{word}: {valence}");
        assert!(valence.abs() <= 4.0);
    }
    assert_eq!(weights.valence("table"), None);
}

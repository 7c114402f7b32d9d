//! What becomes of a post: an ordinary function of what the models say, and the only place that knows the limits.

use inference_runtime::prelude::*;
use serde::Serialize;

/// A post that is this toxic is not published.
const TOXIC: f64 = 0.8;
/// One that is less so, but more than this, is read by a person first.
const DOUBTFUL: f64 = 0.4;
/// An advertisement that is this certain is read by a person first.
const ADVERTISING: f64 = 0.7;

/// The class of the topics that is of interest here.
pub(crate) const ADVERTISEMENT: &str = "advertisement";

/// What becomes of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Decision {
    Publish,
    /// A person reads it first.
    Hold,
    Reject,
}

/// Decides, and says why. What a model did not say is no ground to publish.
pub(crate) fn decide(
    toxicity: Option<&Vec<Label>>,
    topics: Option<&Vec<Label>>,
) -> (Decision, &'static str) {
    // The labels of toxicity are kinds of it, each with a score of its own.
    let toxicity =
        toxicity.map(|labels| labels.iter().map(|label| label.score).fold(0.0, f64::max));
    let advertising = topics.map(|labels| {
        let advertisement = labels.iter().find(|label| label.label == ADVERTISEMENT);
        advertisement.map_or(0.0, |label| label.score)
    });
    match (toxicity, advertising) {
        (Some(score), _) if score >= TOXIC => (Decision::Reject, "it is toxic"),
        (Some(score), _) if score >= DOUBTFUL => (Decision::Hold, "it may be toxic"),
        (_, Some(score)) if score >= ADVERTISING => (Decision::Hold, "it may be advertising"),
        (Some(_), Some(_)) => (Decision::Publish, "no model objects"),
        _ => (Decision::Hold, "not every model has answered"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(label: &str, score: f64) -> Vec<Label> {
        vec![Label::new("other", 0.01), Label::new(label, score)]
    }

    #[test]
    fn the_worst_word_counts() {
        let (calm, chat) = (labels("toxic", 0.01), labels("question", 0.9));
        for (toxicity, topics, decision) in [
            (Some(&calm), Some(&chat), Decision::Publish),
            (Some(&labels("insult", 0.8)), Some(&chat), Decision::Reject),
            (Some(&labels("insult", 0.8)), None, Decision::Reject),
            (Some(&labels("insult", 0.4)), Some(&chat), Decision::Hold),
            (
                Some(&calm),
                Some(&labels(ADVERTISEMENT, 0.7)),
                Decision::Hold,
            ),
            (None, Some(&chat), Decision::Hold),
            (Some(&calm), None, Decision::Hold),
            (None, None, Decision::Hold),
        ] {
            assert_eq!(
                decide(toxicity, topics).0,
                decision,
                "{toxicity:?} {topics:?}"
            );
        }
    }
}

//! The decision on a post: a plain function of the models' answers, and the only place with the thresholds.

use inference_runtime::prelude::*;
use serde::Serialize;

/// From this toxicity, a post is rejected.
const TOXIC: f64 = 0.8;
/// From this toxicity, a post is held for review.
const POSSIBLY_TOXIC: f64 = 0.4;
/// From this score as an advertisement, a post is held for review.
const ADVERTISING: f64 = 0.7;

/// The topic that is relevant to the decision.
pub(crate) const ADVERTISEMENT: &str = "advertisement";

/// The decision on a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Decision {
    Publish,
    /// A person reviews the post first.
    Hold,
    Reject,
}

/// Returns the decision and its reason. Without all answers a post is not published.
pub(crate) fn decide(
    toxicity: Option<&Vec<Label>>,
    topics: Option<&Vec<Label>>,
) -> (Decision, &'static str) {
    // The labels are kinds of toxicity, each with its own score.
    let toxicity =
        toxicity.map(|labels| labels.iter().map(|label| label.score).fold(0.0, f64::max));
    let advertising = topics.map(|labels| {
        let advertisement = labels.iter().find(|label| label.label == ADVERTISEMENT);
        advertisement.map_or(0.0, |label| label.score)
    });
    match (toxicity, advertising) {
        (Some(score), _) if score >= TOXIC => (Decision::Reject, "the post is toxic"),
        (Some(score), _) if score >= POSSIBLY_TOXIC => (Decision::Hold, "the post may be toxic"),
        (_, Some(score)) if score >= ADVERTISING => (Decision::Hold, "the post may be advertising"),
        (Some(_), Some(_)) => (Decision::Publish, "no problem was found"),
        _ => (Decision::Hold, "not every model responded"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(label: &str, score: f64) -> Vec<Label> {
        vec![Label::new("other", 0.01), Label::new(label, score)]
    }

    #[test]
    fn highest_toxicity_and_the_advertisement_score_decide() {
        let (not_toxic, not_advertising) = (labels("toxic", 0.01), labels("question", 0.9));
        for (toxicity, topics, decision) in [
            (Some(&not_toxic), Some(&not_advertising), Decision::Publish),
            (
                Some(&labels("insult", 0.8)),
                Some(&not_advertising),
                Decision::Reject,
            ),
            (Some(&labels("insult", 0.8)), None, Decision::Reject),
            (
                Some(&labels("insult", 0.4)),
                Some(&not_advertising),
                Decision::Hold,
            ),
            (
                Some(&not_toxic),
                Some(&labels(ADVERTISEMENT, 0.7)),
                Decision::Hold,
            ),
            (None, Some(&not_advertising), Decision::Hold),
            (Some(&not_toxic), None, Decision::Hold),
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

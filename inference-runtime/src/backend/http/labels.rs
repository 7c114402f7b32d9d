//! Classification labels, made from bare scores if needed.

use serde_json::{Map, Value, json};

/// Labels with their scores, the best one first.
#[derive(Debug, PartialEq)]
pub(crate) struct Labels(Vec<(String, f64)>);

impl Labels {
    /// Reads one score per class. The labels are named as Transformers names them (`LABEL_0`). A single score between 0 and
    /// 1 is that of the second of two classes.
    pub(crate) fn from_scores(scores: &Value) -> Option<Self> {
        let scores = numbers(scores)?;
        let scores = match scores.as_slice() {
            [] => return None,
            [one] if (0.0..=1.0).contains(one) => vec![1.0 - one, *one],
            _ => scores,
        };
        let named = scores.into_iter().enumerate();
        Some(Self::sorted(
            named.map(|(index, score)| (format!("LABEL_{index}"), score)),
        ))
    }

    /// Reads a list of classes and a list of their scores.
    pub(crate) fn from_columns(classes: &Value, scores: &Value) -> Option<Self> {
        let classes = classes.as_array()?;
        let scores = numbers(scores)?;
        if classes.is_empty() || classes.len() != scores.len() {
            return None;
        }
        Some(Self::sorted(classes.iter().map(name).zip(scores)))
    }

    /// Reads pairs of a class and its score.
    pub(crate) fn from_pairs(pairs: &Value) -> Option<Self> {
        let pairs = pairs
            .as_array()?
            .iter()
            .map(|pair| Some((name(&pair[0]), pair[1].as_f64()?)))
            .collect::<Option<Vec<_>>>()?;
        (!pairs.is_empty()).then(|| Self::sorted(pairs))
    }

    fn sorted(labels: impl IntoIterator<Item = (String, f64)>) -> Self {
        let mut labels: Vec<_> = labels.into_iter().collect();
        labels.sort_by(|a, b| b.1.total_cmp(&a.1));
        Self(labels)
    }

    /// Returns the best label.
    pub(crate) fn best(&self) -> &str {
        self.0.first().map_or("", |(label, _)| label)
    }

    /// Returns the output of the task, truncated to the `top_k` of its parameters.
    pub(crate) fn canonical(self, parameters: &Map<String, Value>) -> Value {
        let top_k = parameters
            .get("top_k")
            .and_then(Value::as_u64)
            .and_then(|top| usize::try_from(top).ok())
            .unwrap_or(usize::MAX);
        self.0
            .into_iter()
            .take(top_k)
            .map(|(label, score)| json!({"label": label, "score": score}))
            .collect()
    }
}

/// Returns a list of numbers, which may be nested as the only item of another list.
fn numbers(value: &Value) -> Option<Vec<f64>> {
    match value.as_array()?.as_slice() {
        [inner @ Value::Array(_)] => numbers(inner),
        items => items.iter().map(Value::as_f64).collect(),
    }
}

fn name(class: &Value) -> String {
    class
        .as_str()
        .map_or_else(|| class.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::Labels;

    #[test]
    fn bare_scores_get_names_and_are_sorted() {
        let labels = Labels::from_scores(&json!([[0.1, 0.7, 0.2]])).expect("labels");
        assert_eq!(labels.best(), "LABEL_1");
        assert_eq!(
            labels.canonical(&Map::from_iter([("top_k".to_owned(), 2.into())])),
            json!([{"label": "LABEL_1", "score": 0.7}, {"label": "LABEL_2", "score": 0.2}])
        );
        let binary = Labels::from_scores(&json!([0.25])).expect("labels");
        assert_eq!(
            binary.canonical(&Map::new()),
            json!([{"label": "LABEL_0", "score": 0.75}, {"label": "LABEL_1", "score": 0.25}])
        );
        for invalid in [json!([]), json!([null]), json!("x"), json!([[1], [2]])] {
            assert_eq!(Labels::from_scores(&invalid), None, "{invalid}");
        }
    }

    #[test]
    fn names_are_kept_if_there_are_any() {
        let columns = Labels::from_columns(&json!(["cat", 7]), &json!([0.1, 0.9]));
        assert_eq!(columns.expect("labels").best(), "7");
        assert_eq!(
            Labels::from_columns(&json!(["cat"]), &json!([0.1, 0.9])),
            None
        );
        let pairs = Labels::from_pairs(&json!([["cat", 0.1], ["dog", 0.9]]));
        assert_eq!(pairs.expect("labels").best(), "dog");
        assert_eq!(Labels::from_pairs(&json!([])), None);
    }
}

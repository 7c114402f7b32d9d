//! The scripted models of the examples.

use inference_tests::upstream::{Answer, RecordedRequest, Upstream};
use serde_json::{Value, json};

/// Starts a service with all models.
pub(crate) async fn hugging_face() -> Upstream {
    Upstream::respond_with(answer).await
}

/// Returns the response of a model, selected by the path as in the real service.
pub(crate) fn answer(request: &RecordedRequest) -> Answer {
    let Some(model) = request.path.strip_prefix("/hf-inference/models/") else {
        return Answer::text(404, "no such route");
    };
    match model {
        "distilbert/distilbert-base-uncased-finetuned-sst-2-english" => sentiment(request),
        "unitary/toxic-bert" => toxicity(request),
        "facebook/bart-large-mnli" => topics(request),
        "Salesforce/blip-image-captioning-large" => {
            Answer::json(&json!([{"generated_text": "a <b>cat</b> on a sofa"}]))
        }
        "google/vit-base-patch16-224" => labels(&[("tabby, tabby cat", 0.7), ("sofa", 0.2)]),
        "sentence-transformers/all-MiniLM-L6-v2/pipeline/feature-extraction" => vectors(request),
        _ => Answer::text(404, "no such model"),
    }
}

fn labels(labels: &[(&str, f64)]) -> Answer {
    Answer::json(&inference_tests::models::labels(labels)[0])
}

fn inputs(request: &RecordedRequest) -> String {
    let inputs = &request.json()["inputs"];
    inputs
        .as_str()
        .expect("the input should be text")
        .to_lowercase()
}

fn sentiment(request: &RecordedRequest) -> Answer {
    match inputs(request).contains("love") {
        true => labels(&[("POSITIVE", 0.9), ("NEGATIVE", 0.1)]),
        false => labels(&[("NEGATIVE", 0.8), ("POSITIVE", 0.2)]),
    }
}

fn toxicity(request: &RecordedRequest) -> Answer {
    match inputs(request).contains("idiot") {
        true => labels(&[("toxic", 0.97), ("insult", 0.9)]),
        false => labels(&[("toxic", 0.01), ("insult", 0.01)]),
    }
}

fn topics(request: &RecordedRequest) -> Answer {
    let candidates = &request.json()["parameters"]["candidate_labels"];
    let candidates = candidates
        .as_array()
        .expect("there should be candidate labels");
    let topic = match inputs(request).contains("buy") {
        true => "advertisement",
        false => "opinion",
    };
    let score = |label: &Value| if label == topic { 0.8 } else { 0.05 };
    let labels: Vec<_> = candidates
        .iter()
        .map(|label| json!({"label": label, "score": score(label)}))
        .collect();
    Answer::json(&Value::Array(labels))
}

/// Words with similar meanings, for a model with few dimensions.
const CONCEPTS: [&[&str]; 3] = [
    &["cache", "fresh", "remember"],
    &["upload", "multipart", "photograph"],
    &["token", "credential", "password"],
];

fn vectors(request: &RecordedRequest) -> Answer {
    let vector = |text: &Value| -> Vec<f64> {
        let text = text
            .as_str()
            .expect("the input should be text")
            .to_lowercase();
        let occurrences =
            |concept: &&[&str]| concept.iter().map(|word| text.matches(word).count()).sum();
        let components = CONCEPTS.iter().map(|concept| to_f64(occurrences(concept)));
        // A constant component, so that no vector is zero.
        components.chain([0.1]).collect()
    };
    Answer::json(&match &request.json()["inputs"] {
        Value::Array(texts) => texts.iter().map(vector).collect(),
        text => json!(vector(text)),
    })
}

fn to_f64(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

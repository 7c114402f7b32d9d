use inference_runtime::prelude::*;

fn count(labels: Vec<Label>) -> usize {
    labels.len()
}

#[infer(model = "org/name", task = "text-classification", postprocess = count)]
async fn handler(text: String, #[prediction] label: Option<Label>) -> Result<String, InferenceError> {
    Ok(format!("{label:?}"))
}

fn main() {}

use inference_runtime::prelude::*;

fn count(labels: Vec<Label>) -> usize {
    labels.len()
}

#[infer(model = "org/name", task = "text-classification", postprocess = count)]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

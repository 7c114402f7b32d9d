use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "zero-shot-classification", parameters(candidate_labels = []))]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

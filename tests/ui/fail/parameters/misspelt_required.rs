use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "zero-shot-classification", parameters(candidate_lables = ["a", "b"]))]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

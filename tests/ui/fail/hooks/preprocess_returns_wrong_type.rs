use inference_runtime::prelude::*;

fn count(text: &str) -> usize {
    text.len()
}

#[infer(model = "org/name", task = "text-classification", preprocess = count)]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification", timeout = 1.5)]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

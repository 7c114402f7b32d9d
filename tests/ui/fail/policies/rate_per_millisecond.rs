use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification", rate_limit = "1/ms")]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

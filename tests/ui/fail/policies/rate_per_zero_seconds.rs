use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification", rate_limit = "5/0s")]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

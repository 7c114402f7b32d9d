use inference_runtime::prelude::*;

#[infer(
    model = "org/name",
    task = "text-classification",
    timeout = "2s",
    retry(attempts = 3, attempt_timeout = "2500ms"),
)]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

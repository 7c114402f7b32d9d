use inference_runtime::prelude::*;

#[infer(
    model = "org/name",
    task = "text-classification",
    attempt_timeout = "1s",
    retry(attempt_timeout = "2s"),
)]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

use inference_runtime::prelude::*;

#[infer(
    model = "org/name",
    task = "text-classification",
    retry(attempts = 3, attempt_timeout = "3s"),
    allow(attempt_timeout = "..=2s", retry),
)]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

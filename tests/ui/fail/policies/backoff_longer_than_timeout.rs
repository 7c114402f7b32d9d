use inference_runtime::prelude::*;

#[infer(
    model = "org/name",
    task = "text-classification",
    timeout = "2s",
    retry(backoff = "3s", max_backoff = "4s"),
)]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

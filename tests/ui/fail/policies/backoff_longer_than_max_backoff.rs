use inference_runtime::prelude::*;

#[infer(
    model = "org/name",
    task = "text-classification",
    retry(backoff = "5s", max_backoff = "1s"),
)]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

use inference_runtime::prelude::*;

#[infer(
    model = "org/name",
    task = "text-classification",
    timeout = "3s",
    attempt_timeout = "500ms",
    hedge = "800ms",
)]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

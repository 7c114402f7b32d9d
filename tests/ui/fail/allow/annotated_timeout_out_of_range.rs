use inference_runtime::prelude::*;

#[infer(
    model = "org/name",
    task = "text-classification",
    timeout = "20s",
    allow(timeout = "1s..=10s"),
)]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

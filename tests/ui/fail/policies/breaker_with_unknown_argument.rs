use inference_runtime::prelude::*;

#[infer(
    model = "org/name",
    task = "text-classification",
    circuit_breaker(failures = 5, timeout = "30s"),
)]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

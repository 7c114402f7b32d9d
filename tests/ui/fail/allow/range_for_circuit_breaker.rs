use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification", allow(circuit_breaker = 1..=3))]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

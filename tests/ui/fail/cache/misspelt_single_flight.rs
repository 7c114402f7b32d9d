use inference_runtime::prelude::*;

#[infer(
    model = "org/name",
    task = "text-classification",
    cache(ttl = "5m", single_flight = "clutser"),
)]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

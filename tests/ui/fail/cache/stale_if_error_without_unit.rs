use inference_runtime::prelude::*;

#[infer(
    model = "org/name",
    task = "text-classification",
    cache(ttl = "5m", stale_if_error = 3600),
)]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

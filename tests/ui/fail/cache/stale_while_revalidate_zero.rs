use inference_runtime::prelude::*;

#[infer(
    model = "org/name",
    task = "text-classification",
    cache(ttl = "5m", stale_while_revalidate = "0s"),
)]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

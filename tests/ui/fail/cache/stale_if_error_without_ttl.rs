use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification", cache(stale_if_error = "1h"))]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification")]
async fn handler(text: String, #[prediction] label: Option<u64>) -> Result<String, InferenceError> {
    Ok(format!("{label:?}"))
}

fn main() {}

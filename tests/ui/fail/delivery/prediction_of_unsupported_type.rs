use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification")]
async fn handler(text: String, #[prediction] label: Prediction<u64>) -> Result<String, InferenceError> {
    Ok(label.to_string())
}

fn main() {}

use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification")]
async fn handler(text: String, #[prediction = "org/name"] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

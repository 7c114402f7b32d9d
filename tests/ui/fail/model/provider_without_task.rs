use inference_runtime::prelude::*;

#[infer(model = "org/name:groq", task = "text-classification")]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

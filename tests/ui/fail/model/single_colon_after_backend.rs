use inference_runtime::prelude::*;

#[infer(model = "ollama:llama3.2", task = "text-classification")]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

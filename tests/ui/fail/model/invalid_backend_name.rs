use inference_runtime::prelude::*;

#[infer(model = "My Server::llama", task = "text-classification")]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

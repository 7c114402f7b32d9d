use inference_runtime::prelude::*;

#[infer(model = "https://huggingface.co/org/name/tree/main", task = "text-classification")]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

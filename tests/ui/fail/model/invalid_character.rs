use inference_runtime::prelude::*;

#[infer(model = "org/my model", task = "text-classification")]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

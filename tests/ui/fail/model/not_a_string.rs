use inference_runtime::prelude::*;

const MODEL: &str = "org/name";

#[infer(model = MODEL, task = "text-classification")]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification")]
async fn handler(text: String, #[prediction] label: Result<Label, String>) -> Result<String, InferenceError> {
    Ok(format!("{label:?}"))
}

fn main() {}

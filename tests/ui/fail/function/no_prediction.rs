use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification")]
async fn handler(text: String, label: Label) -> Result<String, InferenceError> {
    Ok(text + &label.label)
}

fn main() {}

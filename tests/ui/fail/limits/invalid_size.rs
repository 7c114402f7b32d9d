use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification", max_input = "64 things")]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

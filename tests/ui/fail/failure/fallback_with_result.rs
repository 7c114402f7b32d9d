use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification", fallback = Label::new("NEUTRAL", 0.0))]
async fn handler(text: String, #[prediction] label: Result<Label, InferenceError>) -> Result<String, InferenceError> {
    Ok(label?.label)
}

fn main() {}

use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification", default = Label::new("NEUTRAL", 0.0))]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

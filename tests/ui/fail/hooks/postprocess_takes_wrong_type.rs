use inference_runtime::prelude::*;

fn best(text: String) -> Label {
    Label::new(text, 1.0)
}

#[infer(model = "org/name", task = "text-classification", postprocess = best)]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

use inference_runtime::prelude::*;

fn clean(text: &str) -> String {
    text.to_owned()
}

#[infer(model = "org/name", task = "text-classification", preprocess = clean(text))]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

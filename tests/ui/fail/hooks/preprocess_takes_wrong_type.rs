use inference_runtime::prelude::*;

fn clean(number: &u8) -> String {
    number.to_string()
}

#[infer(model = "org/name", task = "text-classification", preprocess = clean)]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

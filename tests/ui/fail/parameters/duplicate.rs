use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification", parameters(top_k = 3, top_k = 5))]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

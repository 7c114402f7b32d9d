use inference_runtime::prelude::*;

#[infer(model = "distilbert-base-uncased-finetuned-sst-2-english", task = "text-classification")]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

use inference_runtime::prelude::*;

#[infer(model = "org/name", preprocess = str::trim, prompt = "Summarise: {text}")]
async fn handler(text: String, #[prediction] reply: String) -> Result<String, InferenceError> {
    Ok(reply)
}

fn main() {}

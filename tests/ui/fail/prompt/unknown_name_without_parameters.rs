use inference_runtime::prelude::*;

#[infer(model = "org/name", prompt = "Summarise: {text.trim()}")]
async fn handler(#[prediction] reply: String) -> Result<String, InferenceError> {
    Ok(reply)
}

fn main() {}

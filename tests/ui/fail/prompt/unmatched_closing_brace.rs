use inference_runtime::prelude::*;

#[infer(model = "org/name", prompt = "Summarise {text}}")]
async fn handler(text: String, #[prediction] reply: String) -> Result<String, InferenceError> {
    Ok(reply)
}

fn main() {}

use inference_runtime::prelude::*;

#[infer(model = "local::sentiment", task = "summarization")]
async fn handler(text: String, #[prediction] summary: String) -> Result<String, InferenceError> {
    Ok(summary)
}

fn main() {}

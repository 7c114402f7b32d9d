use inference_runtime::prelude::*;

#[infer(
    model = "org/name",
    prompt = "You are an editor of a newspaper who has to make room on the front page. Summarise: {txt.trim()}, in no more than ten words."
)]
async fn handler(text: String, #[prediction] reply: String) -> Result<String, InferenceError> {
    Ok(reply)
}

fn main() {}

use inference_runtime::prelude::*;

#[infer(
    model = "org/name",
    task = "chat-completion",
    system = "You are {stile.name}."
)]
async fn handler(text: String, #[prediction] reply: String) -> Result<String, InferenceError> {
    Ok(reply)
}

fn main() {}

use inference_runtime::prelude::*;

#[infer(task = "text-classification")]
async fn handler(
    text: String,
    #[prediction(model = "org/name")] first: Label,
    #[prediction(input = text.trim())] second: Label,
) -> Result<String, InferenceError> {
    Ok(first.label + &second.label)
}

fn main() {}

use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification", name = "mood")]
async fn handler(
    text: String,
    #[prediction(input = text)] first: Label,
    #[prediction(input = text.trim())] second: Label,
) -> Result<String, InferenceError> {
    Ok(first.label + &second.label)
}

fn main() {}

use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification")]
async fn handler(
    text: String,
    #[prediction] first: Label,
    #[prediction(input = text.trim(), runtime = inference())] second: Label,
) -> Result<String, InferenceError> {
    Ok(first.label + &second.label)
}

fn main() {}

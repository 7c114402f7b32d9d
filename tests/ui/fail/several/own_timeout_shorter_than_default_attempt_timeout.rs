use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification", attempt_timeout = "3s")]
async fn handler(
    text: String,
    #[prediction(timeout = "2s")] label: Label,
) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification", timeout = "2s")]
async fn handler(
    text: String,
    #[prediction(attempt_timeout = "3s")] label: Label,
) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

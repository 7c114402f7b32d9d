use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification", allow(model = "org/*"))]
async fn handler(
    text: String,
    #[prediction(model = "other/name")] label: Label,
) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

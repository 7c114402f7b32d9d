use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification", parameters(function_to_apply = "sigmoide"))]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

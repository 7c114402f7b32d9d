use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "sentence-similarity", parameters(top_k = 3))]
async fn handler(text: String, #[prediction] scores: Vec<f32>) -> Result<String, InferenceError> {
    Ok(format!("{text}{scores:?}"))
}

fn main() {}

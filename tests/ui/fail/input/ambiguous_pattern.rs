use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification")]
async fn handler((title, text): (String, String), #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(format!("{title}{text}{label:?}"))
}

fn main() {}

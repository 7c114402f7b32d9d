use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "translation", parameters(src_lang = "en"))]
async fn handler(text: String, #[prediction] translated: String) -> Result<String, InferenceError> {
    Ok(translated)
}

fn main() {}

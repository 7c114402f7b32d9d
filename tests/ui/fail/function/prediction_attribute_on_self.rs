use inference_runtime::prelude::*;

struct Service;

impl Service {
    #[infer(model = "org/name", task = "text-classification", runtime = Inference::from_env()?)]
    async fn handler(#[prediction] self, text: String) -> Result<String, InferenceError> {
        Ok(text)
    }
}

fn main() {}

use inference_runtime::prelude::*;

struct Service;

impl Service {
    #[infer(model = "org/name", task = "text-classification")]
    async fn handler(&self, text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
        Ok(label.label)
    }
}

fn main() {}

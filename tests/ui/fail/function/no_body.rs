use inference_runtime::prelude::*;

trait Answers {
    #[infer(model = "org/name", task = "text-classification")]
    async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError>;
}

fn main() {}

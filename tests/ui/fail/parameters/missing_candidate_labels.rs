use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "zero-shot-object-detection")]
async fn handler(image: Upload, #[prediction] _it: Option<Vec<Detection>>) -> String {
    String::new()
}

fn main() {}

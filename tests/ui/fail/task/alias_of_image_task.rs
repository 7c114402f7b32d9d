use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "image-captioning")]
async fn handler(image: Upload, #[prediction] _it: Option<String>) -> String {
    String::new()
}

fn main() {}

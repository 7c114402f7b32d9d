use inference_runtime::prelude::*;

#[infer(
    model = "google/vit-base-patch16-224:fal-ai",
    task = "image-classification"
)]
async fn handler(image: Upload, #[prediction] _it: Option<Label>) -> String {
    String::new()
}

fn main() {}

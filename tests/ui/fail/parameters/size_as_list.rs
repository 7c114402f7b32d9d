use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "image-to-image", parameters(target_size = [1024, 768]))]
async fn handler(image: Upload, #[prediction] _it: Option<Media>) -> String {
    String::new()
}

fn main() {}

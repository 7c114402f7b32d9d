use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "image-classification", input = number)]
async fn handler(number: u64, #[prediction] _it: Option<Label>) -> String {
    String::new()
}

fn main() {}

use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification")]
async fn handler(text: u64, #[prediction] _it: Option<Each<Label>>) -> String {
    String::new()
}

fn main() {}

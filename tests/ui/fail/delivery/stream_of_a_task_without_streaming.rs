use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification")]
async fn handler(text: String, #[prediction] _it: Option<TextStream>) -> String {
    String::new()
}

fn main() {}

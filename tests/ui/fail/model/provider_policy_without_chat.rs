use inference_runtime::prelude::*;

#[infer(model = "org/name:fastest", task = "summarization")]
async fn handler(text: String, #[prediction] _it: Option<String>) -> String {
    String::new()
}

fn main() {}

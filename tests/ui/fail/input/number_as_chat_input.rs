use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "chat-completion", input = number)]
async fn handler(number: u64, #[prediction] _it: Option<String>) -> String {
    String::new()
}

fn main() {}

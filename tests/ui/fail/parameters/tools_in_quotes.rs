use inference_runtime::prelude::*;

#[infer(
    model = "org/name",
    task = "chat-completion",
    parameters(tools = "weather")
)]
async fn handler(text: String, #[prediction] _it: Option<ChatReply>) -> String {
    String::new()
}

fn main() {}

use inference_runtime::prelude::*;

#[infer(model = "org/name:groq", task = "custom")]
async fn handler(text: String, #[prediction] _it: Option<Structured<u8>>) -> String {
    String::new()
}

fn main() {}

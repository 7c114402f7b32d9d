use inference_runtime::prelude::*;

#[infer(model = "org/name", prompt = "{text}", cache = "5m")]
async fn handler(text: String, #[prediction] _it: Option<TextStream>) -> String {
    String::new()
}

fn main() {}

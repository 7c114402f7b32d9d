use inference_runtime::prelude::*;

#[derive(serde::Deserialize)]
struct Mood {
    good: bool,
}

#[infer(model = "org/name", prompt = "{text}")]
async fn handler(text: String, #[prediction] _it: Option<Structured<Mood>>) -> String {
    String::new()
}

fn main() {}

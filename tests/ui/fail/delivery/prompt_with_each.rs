use axum::Json;
use inference_runtime::prelude::*;

#[infer(model = "org/name", prompt = "Summarise: {texts.0.join(\", \")}")]
async fn handler(texts: Json<Vec<String>>, #[prediction] _it: Option<Each<String>>) -> String {
    String::new()
}

fn main() {}

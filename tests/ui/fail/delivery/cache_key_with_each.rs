use axum::Json;
use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification", cache(ttl = "5m", key = texts.len()))]
async fn handler(texts: Json<Vec<String>>, #[prediction] _it: Option<Each<Label>>) -> String {
    String::new()
}

fn main() {}

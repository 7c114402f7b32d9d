use axum::Json;
use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification", preprocess = str::trim)]
async fn handler(texts: Json<Vec<String>>, #[prediction] _it: Option<Each<Label>>) -> String {
    String::new()
}

fn main() {}

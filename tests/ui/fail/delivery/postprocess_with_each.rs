use axum::Json;
use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification", postprocess = |labels| labels.len())]
async fn handler(texts: Json<Vec<String>>, #[prediction] _it: Option<Each<Label>>) -> String {
    String::new()
}

fn main() {}

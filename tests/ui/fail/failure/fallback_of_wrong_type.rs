use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification", fallback = "NEUTRAL")]
async fn handler(text: String, #[prediction] label: Label) -> String {
    label.label
}

fn main() {}

use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification", fallback = |error: String| Label::new(error, 0.0))]
async fn handler(text: String, #[prediction] label: Label) -> String {
    label.label
}

fn main() {}

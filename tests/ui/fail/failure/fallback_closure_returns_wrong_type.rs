use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification", fallback = |error| error.to_string())]
async fn handler(text: String, #[prediction] label: Label) -> String {
    label.label
}

fn main() {}

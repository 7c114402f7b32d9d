use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification", fallback = 0)]
async fn handler(text: String, #[prediction] label: u64) -> String {
    label.to_string()
}

fn main() {}

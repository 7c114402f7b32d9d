use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification")]
async fn handler(text: String, #[prediction] label: Label) {
    drop((text, label));
}

fn main() {}

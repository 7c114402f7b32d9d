use inference_runtime::prelude::*;

struct AppError;

#[infer(model = "org/name", task = "text-classification")]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, AppError> {
    Ok(label.label)
}

fn main() {}

use inference_runtime::prelude::*;

struct User;

#[infer(model = "org/name", task = "text-classification", cache(ttl = "5m", scope = user))]
async fn handler(user: User, text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

use inference_runtime::prelude::*;

struct Review {
    text: String,
}

#[infer(model = "org/name", task = "text-classification", input = review.txt)]
async fn handler(review: Review, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

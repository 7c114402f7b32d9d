use inference_runtime::prelude::*;

struct Review {
    stars: u8,
}

#[infer(model = "org/name", task = "text-classification", input = review.stars)]
async fn handler(review: Review, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

use inference_runtime::prelude::*;

#[infer(
    model = "gpt2",
    task = "sentiment-analysis",
    cache = true,
    timeout = 3,
    max_input = "64",
    fallbak = Label::new("NEUTRAL", 0.0),
)]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn main() {}

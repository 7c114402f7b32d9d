use inference_runtime::prelude::*;

struct Verdict;

#[infer(model = "org/name", task = "text-classification", postprocess = From::from)]
async fn handler(text: String, #[prediction] verdict: Verdict) -> Result<String, InferenceError> {
    let Verdict = verdict;
    Ok(text)
}

fn main() {}

use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "question-answering")]
async fn handler(text: String, #[prediction] answer: Answer) -> Result<String, InferenceError> {
    Ok(answer.answer)
}

fn main() {}

use inference_runtime::prelude::*;

mod reviews {
    use super::*;

    #[infer(model = "org/name", task = "text-classification")]
    pub(super) async fn mood(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
        Ok(label.label)
    }

    #[infer(model = "org/name", task = "text-classification")]
    pub(super) async fn tone(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
        Ok(label.label)
    }
}

fn main() {
    let _ = reviews::mood;
    let _ = reviews::tone;
}

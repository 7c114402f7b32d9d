use std::sync::Arc;

use inference_runtime::prelude::*;

struct Service {
    inference: Arc<Inference>,
}

impl Service {
    #[infer(model = "org/name", task = "text-classification", runtime = self.inference)]
    async fn mood(&self, text: &str, #[prediction] label: Label) -> Result<String, InferenceError> {
        Ok(label.label)
    }

    #[infer(model = "org/name", task = "text-classification", runtime = self.inference, fallback = self.neutral())]
    async fn calm(self, text: String, #[prediction] label: Label) -> String {
        label.label
    }

    fn neutral(&self) -> Label {
        Label::new("NEUTRAL", 0.0)
    }
}

#[infer(model = "org/name", task = "text-classification", runtime = inference, input = text)]
async fn function(inference: Inference, text: &str, #[prediction] label: Option<Label>) -> Option<String> {
    Some(label?.label)
}

fn main() {
    let _ = (Service::mood, Service::calm, function);
}

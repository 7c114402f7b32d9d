use inference_runtime::prelude::*;

#[infer(model = "org/name", prompt = "{text}", postprocess = |reply| reply)]
async fn handler(text: String, #[prediction] _it: Option<TextStream>) -> String {
    String::new()
}

fn main() {}

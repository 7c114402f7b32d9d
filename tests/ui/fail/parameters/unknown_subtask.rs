use inference_runtime::prelude::*;

#[infer(
    model = "org/name",
    task = "image-segmentation",
    parameters(subtask = "semantics")
)]
async fn handler(image: Upload, #[prediction] _it: Option<Vec<Segment>>) -> String {
    String::new()
}

fn main() {}

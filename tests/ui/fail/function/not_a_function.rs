use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification")]
struct Handler;

fn main() {}

//! A module that shadows every name that generated code could refer to.

#![allow(dead_code, non_camel_case_types, unused_macros)]

use inference_runtime::prelude::{InferenceError, Label, infer};

struct Inference;
struct Receive;
struct Task;
struct Spec;
struct Model;
struct Some;
struct None;
enum Ok {}
enum Err {}
mod core {}
mod std {}
mod task {}

const OPERATION: u8 = 1;

macro_rules! concat {
    () => {};
}

#[infer(
    model = "org/name",
    task = "text-classification",
    parameters(top_k = 3),
    cache = "5m",
    fallback = Label::new("NEUTRAL", f64::from(OPERATION)),
)]
async fn handler(text: String, #[prediction] label: Label) -> String {
    label.label
}

#[infer(model = "org/name", task = "text-classification")]
async fn returns(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Result::Ok(label.label)
}

fn main() {
    let _ = handler;
    let _ = returns;
}

#[allow(unused, clippy::all)]
async fn handler(
    __infer_inference: ::inference_runtime::Inference,
    text: String,
) -> Result<String, InferenceError> {
    let label: Label = loop {};
    Ok(label.label)
}
::core::compile_error! {
    "`3` has no unit\nhelp: write a unit: `\"3s\"`"
}

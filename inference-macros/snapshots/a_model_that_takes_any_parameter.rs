async fn handler(
    __infer_inference: ::inference_runtime::Inference,
    kind: Kind,
    text: String,
) -> String {
    static __INFER_OPERATION: ::inference_runtime::Operation<
        ::inference_runtime::task::Custom,
    > = ::inference_runtime::__private::operation!(
        __INFER_OPERATION, "handler", "::handler", [("hf", "org/name", "")]
    );
    let __infer_call = __INFER_OPERATION
        .call(&__infer_inference, &text)
        .parameters({
            let mut __infer_parameters = <::inference_runtime::task::Custom as ::inference_runtime::Task>::Parameters::default();
            __infer_parameters.set("steps", &3);
            __infer_parameters.set("type", &kind);
            __infer_parameters
        });
    let value: Option<Value> = <Option<
        Value,
    > as ::inference_runtime::__private::Receives<
        ::inference_runtime::task::Custom,
    >>::begin(__infer_call)
        .await;
    todo!()
}

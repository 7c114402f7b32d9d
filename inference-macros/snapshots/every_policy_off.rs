async fn handler(__infer_inference: ::inference_runtime::Inference, text: String) {
    static __INFER_OPERATION: ::inference_runtime::Operation<
        ::inference_runtime::task::TextClassification,
    > = ::inference_runtime::__private::operation!(
        __INFER_OPERATION, "handler", "::handler", [("hf", "org/name", "")].cache(0)
        .retry(0, 0, 0).attempt_timeout(0).circuit_breaker(0, 0).rate_limit(0, 0)
        .concurrency(0).hedge(0).allow(const { & [] })
    );
    let __infer_call = __INFER_OPERATION.call(&__infer_inference, &text);
    let label: Option<Label> = <Option<
        Label,
    > as ::inference_runtime::__private::Receives<
        ::inference_runtime::task::TextClassification,
    >>::begin(__infer_call)
        .await;
}

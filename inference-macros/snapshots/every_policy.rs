async fn handler(__infer_inference: ::inference_runtime::Inference, text: String) {
    static __INFER_OPERATION: ::inference_runtime::Operation<
        ::inference_runtime::task::TextClassification,
    > = ::inference_runtime::__private::operation!(
        __INFER_OPERATION, "handler", "::handler", [("hf", "org/name", "")].timeout(3000)
        .cache(300000).stale_if_error(3600000).stale_while_revalidate(60000)
        .client_control().cluster_single_flight().retry(3, 50, 0).attempt_timeout(1000)
        .circuit_breaker(7, 30000).rate_limit(5, 10000).concurrency(16).hedge(300)
        .allow(const { & [::inference_runtime::__private::Bound::models(& ["org/*",
        "local::*"]), ::inference_runtime::__private::Bound::between("timeout", 1000,
        10000), ::inference_runtime::__private::Bound::any("cache"),
        ::inference_runtime::__private::Bound::between("retry", 0, 3)] })
    );
    let __infer_call = __INFER_OPERATION.call(&__infer_inference, &text);
    let label: Option<Label> = <Option<
        Label,
    > as ::inference_runtime::__private::Receives<
        ::inference_runtime::task::TextClassification,
    >>::begin(__infer_call)
        .await;
}

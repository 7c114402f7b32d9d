async fn handler(
    __infer_inference: ::inference_runtime::Inference,
    Json(texts): Json<Vec<String>>,
) {
    static __INFER_OPERATION_ALL: ::inference_runtime::Operation<
        ::inference_runtime::task::TextClassification,
    > = ::inference_runtime::__private::operation!(
        __INFER_OPERATION_ALL, "handler", "::handler::all", [("hf", "org/name", "")]
    );
    static __INFER_OPERATION_SOME: ::inference_runtime::Operation<
        ::inference_runtime::task::TextClassification,
    > = ::inference_runtime::__private::operation!(
        __INFER_OPERATION_SOME, "handler", "::handler::some", [("hf", "org/name", "")]
    );
    let __infer_call_all = __INFER_OPERATION_ALL.call_each(&__infer_inference, &texts);
    let __infer_call_some = __INFER_OPERATION_SOME
        .call_each(&__infer_inference, texts.iter().take(3));
    let (__infer_outcome_all, __infer_outcome_some) = ::inference_runtime::__private::join(
            <Option<
                Each<Label>,
            > as ::inference_runtime::__private::Receives<
                ::inference_runtime::task::TextClassification,
            >>::begin(__infer_call_all),
            <Result<
                Each<Label>,
                InferenceError,
            > as ::inference_runtime::__private::Receives<
                ::inference_runtime::task::TextClassification,
            >>::begin(__infer_call_some),
        )
        .await;
    let all: Option<Each<Label>> = __infer_outcome_all;
    let some: Result<Each<Label>, InferenceError> = __infer_outcome_some;
}

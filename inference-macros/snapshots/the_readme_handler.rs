async fn sentiment(
    __infer_inference: ::inference_runtime::Inference,
    Json(review): Json<Review>,
) -> Json<Label> {
    static __INFER_OPERATION: ::inference_runtime::Operation<
        ::inference_runtime::task::TextClassification,
    > = ::inference_runtime::__private::operation!(
        __INFER_OPERATION, "sentiment", "::sentiment", [("hf",
        "distilbert/distilbert-base-uncased-finetuned-sst-2-english", "")].cache(300000)
        .fallback()
    );
    let __infer_call = __INFER_OPERATION.call(&__infer_inference, &review.text);
    let label: Label = match <Label as ::inference_runtime::Receive<
        ::inference_runtime::task::TextClassification,
    >>::begin(__infer_call)
        .await
    {
        ::inference_runtime::__private::Ok(__infer_value) => __infer_value,
        ::inference_runtime::__private::Err(__infer_error) => {
            <Label as ::inference_runtime::Receive<
                ::inference_runtime::task::TextClassification,
            >>::answer(::inference_runtime::__private::Fallback {
                value: Label::new("NEUTRAL", 0.0),
                failed: __INFER_OPERATION.failed(&__infer_inference, __infer_error),
            })
        }
    };
    Json(label)
}

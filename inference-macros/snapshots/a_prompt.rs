async fn handler(
    __infer_inference: ::inference_runtime::Inference,
    Path(language): Path<String>,
    Json(review): Json<Review>,
) -> Response {
    static __INFER_OPERATION: ::inference_runtime::Operation<
        ::inference_runtime::task::ChatCompletion,
    > = ::inference_runtime::__private::operation!(
        __INFER_OPERATION, "handler", "::handler", [("hf", "org/name", "fastest")]
    );
    let __infer_call = __INFER_OPERATION
        .call_preprocessed(
            &__infer_inference,
            ::inference_runtime::__private::prompt(
                ::inference_runtime::__private::format_args!(
                    "Summarise {{briefly}}: {}", review.text
                ),
            ),
        )
        .system(
            ::inference_runtime::__private::prompt(
                ::inference_runtime::__private::format_args!("You speak {language}."),
            ),
        );
    let reply: Option<TextStream> = <Option<
        TextStream,
    > as ::inference_runtime::__private::Receives<
        ::inference_runtime::task::ChatCompletion,
    >>::begin(__infer_call)
        .await;
    reply.into_response()
}

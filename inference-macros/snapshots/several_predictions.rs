async fn handler(&self, text: Json<String>) -> Result<String, Failure> {
    let __infer_inference: &::inference_runtime::Inference = &self.inference;
    static __INFER_OPERATION_A: ::inference_runtime::Operation<
        ::inference_runtime::task::TextClassification,
    > = ::inference_runtime::__private::operation!(
        __INFER_OPERATION_A, "handler", "::handler::a", [("hf", "org/a", "")]
    );
    static __INFER_OPERATION_B: ::inference_runtime::Operation<
        ::inference_runtime::task::TextClassification,
    > = ::inference_runtime::__private::operation!(
        __INFER_OPERATION_B, "handler", "::handler::b", [("hf", "org/b", "")]
    );
    static __INFER_OPERATION_3: ::inference_runtime::Operation<
        ::inference_runtime::task::TextClassification,
    > = ::inference_runtime::__private::operation!(
        __INFER_OPERATION_3, "handler", "::handler::prediction_3", [("hf", "org/c", "")]
    );
    let __infer_call_a = __INFER_OPERATION_A.call(__infer_inference, &text.0);
    let (__infer_outcome_a, (__infer_outcome_b, __infer_outcome_3)) = ::inference_runtime::__private::join(
            <Label as ::inference_runtime::Receive<
                ::inference_runtime::task::TextClassification,
            >>::begin(__infer_call_a),
            ::inference_runtime::__private::join(
                async {
                    let __infer_input_b = ::inference_runtime::__private::resolve!(
                        clean(& text.0)
                    );
                    let __infer_call_b = __INFER_OPERATION_B
                        .call_preprocessed(__infer_inference, __infer_input_b);
                    <Option<
                        Label,
                    > as ::inference_runtime::__private::Receives<
                        ::inference_runtime::task::TextClassification,
                    >>::begin(__infer_call_b)
                        .await
                },
                async {
                    let __infer_call_3 = __INFER_OPERATION_3
                        .call(__infer_inference, &text.0);
                    ::inference_runtime::__private::postprocess!(
                        ::inference_runtime::__private::predict(__infer_call_3). await,
                        __infer_output => ::inference_runtime::__private::IntoValue:: <
                        Point > ::into(__infer_output)
                    )
                        .deliver::<Point>()
                },
            ),
        )
        .await;
    let mut a: Label = match __infer_outcome_a {
        ::inference_runtime::__private::Ok(__infer_value) => __infer_value,
        ::inference_runtime::__private::Err(__infer_error) => {
            return ::inference_runtime::__private::Err(
                ::inference_runtime::__private::FromError::from(__infer_error),
            );
        }
    };
    let b: Option<Label> = __infer_outcome_b;
    let (x, y): Point = match __infer_outcome_3 {
        ::inference_runtime::__private::Ok(__infer_value) => __infer_value,
        ::inference_runtime::__private::Err(__infer_error) => {
            return ::inference_runtime::__private::Err(
                ::inference_runtime::__private::FromError::from(__infer_error),
            );
        }
    };
    Ok(a)
}

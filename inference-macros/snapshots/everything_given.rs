pub(crate) async fn handler<Q>(
    __infer_inference: ::elsewhere::inference::Inference,
    user: User,
    text: String,
) -> String
where
    Q: Copy,
{
    static __INFER_OPERATION: ::elsewhere::inference::Operation<
        ::elsewhere::inference::task::TextClassification,
    > = ::elsewhere::inference::__private::operation!(
        __INFER_OPERATION, "handler", name = "counted", [("hf", "org/name",
        "hf-inference"), ("ollama", "llama3.2:3b", "")].timeout(3000).max_input(64000)
        .cache(5400000).fallback()
    );
    let __infer_input = ::elsewhere::inference::__private::resolve!(clean(& text));
    let __infer_call = __INFER_OPERATION
        .call_preprocessed(&__infer_inference, __infer_input)
        .parameters({
            let mut __infer_parameters = <::elsewhere::inference::task::TextClassification as ::elsewhere::inference::Task>::Parameters::default();
            ::elsewhere::inference::__private::set(
                &mut __infer_parameters.top_k,
                query.k,
            );
            ::elsewhere::inference::__private::set(
                &mut __infer_parameters.function_to_apply,
                ::elsewhere::inference::task::FunctionToApply::Softmax,
            );
            __infer_parameters
        })
        .scope(&user.id)
        .key(&(user.id, text.len()));
    let n: Prediction<usize> = match ::elsewhere::inference::__private::postprocess!(
        ::elsewhere::inference::__private::predict(__infer_call). await, __infer_output
        => ::elsewhere::inference::__private::apply_owned(| labels | labels.len(),
        __infer_output)
    )
        .deliver::<Prediction<usize>>()
    {
        ::elsewhere::inference::__private::Ok(__infer_value) => __infer_value,
        ::elsewhere::inference::__private::Err(__infer_error) => {
            let error = __infer_error.clone();
            <Prediction<
                usize,
            > as ::elsewhere::inference::__private::Deliver<
                usize,
            >>::answer(::elsewhere::inference::__private::Fallback {
                value: count(error).await,
                failed: __INFER_OPERATION.failed(&__infer_inference, __infer_error),
            })
        }
    };
    n.to_string()
}

//! The properties of streams.

use super::{
    handlers::FALLBACK,
    properties::{CheckResult, TOLERANCE, check},
    requests::{StreamAnswer, StreamExchange},
    script::{End, StreamCall},
};

/// Checks a stream and its calls. The models are called one after the other until one has sent text, and everything
/// that this model sends is the answer. It is the answer to this request only.
pub(super) fn check_stream(exchange: &StreamExchange, calls: &[StreamCall]) -> CheckResult {
    check(
        calls.iter().all(|call| call.request.is_some()),
        "a stream was not called by the task of its request",
    )?;
    let calls: Vec<_> = calls
        .iter()
        .filter(|call| call.request == Some(exchange.request))
        .collect();
    let models = exchange.operation.models;
    check(
        calls.len() <= models.len()
            && calls
                .iter()
                .zip(models)
                .all(|(it, model)| it.model == *model),
        "the models were not called in their order",
    )?;
    let Some((last, earlier)) = calls.split_last() else {
        return Err("no model was called for a stream".to_owned());
    };
    check(
        calls
            .iter()
            .all(|call| call.dropped.is_some_and(|at| at <= exchange.to)),
        "a stream continued without a caller",
    )?;
    check(
        calls
            .windows(2)
            .all(|pair| pair[0].dropped <= Some(pair[1].started)),
        "two models were called at the same time",
    )?;
    for (index, call) in earlier.iter().enumerate() {
        check(
            has_failed(exchange, index, call) && !was_rejected(call),
            "a model was left that had not failed",
        )?;
    }
    match &exchange.answer {
        Ok(answer) if answer.source == "model" => check_answer(exchange, answer, last),
        Ok(answer) => {
            check(
                exchange.operation.fallback,
                "a fallback for a stream without one",
            )?;
            check(
                answer.source == "fallback"
                    && answer.texts == [FALLBACK]
                    && answer.model.is_none()
                    && !answer.failed
                    && answer.ended_once,
                "a fallback with a wrong source, model or text",
            )?;
            check_failure(exchange, &calls, last)
        }
        Err(_) => {
            check(
                !exchange.operation.fallback,
                "an error although there is a fallback",
            )?;
            check_failure(exchange, &calls, last)
        }
    }
}

fn check_answer(
    exchange: &StreamExchange,
    answer: &StreamAnswer,
    call: &StreamCall,
) -> CheckResult {
    check(
        answer.model.as_deref() == Some(call.model.name()),
        "the stream has the name of another model",
    )?;
    check(
        !answer.texts.is_empty() && answer.texts == call.texts,
        "the stream is not the text of the last model",
    )?;
    check(answer.ended_once, "an item followed the end or the error")?;
    if !answer.failed {
        return check(
            call.end == End::Completed,
            "the stream ended although the model had not finished",
        );
    }
    let idle = exchange.to - call.last_chunk;
    check(
        matches!(call.end, End::Failed { .. }) || idle + TOLERANCE >= exchange.operation.timeout,
        "the stream failed although the model had not",
    )
}

/// Checks that every model has failed, or that one rejected the input.
fn check_failure(
    exchange: &StreamExchange,
    calls: &[&StreamCall],
    last: &StreamCall,
) -> CheckResult {
    check(
        has_failed(exchange, calls.len() - 1, last),
        "a stream failed although its last model had not",
    )?;
    check(
        was_rejected(last) || calls.len() == exchange.operation.models.len(),
        "a model of the chain was not called",
    )
}

/// Returns whether this call, one of a chain, ended without text or sent none within its share of the time.
fn has_failed(exchange: &StreamExchange, index: usize, call: &StreamCall) -> bool {
    let operation = exchange.operation;
    let deadline = exchange.from + operation.timeout;
    let models = u32::try_from(operation.models.len() - index).expect("the chain should be short");
    let share = deadline.saturating_duration_since(call.started) / models;
    let dropped = call.dropped.unwrap_or(exchange.to);
    call.texts.is_empty() && (call.end != End::Open || dropped - call.started + TOLERANCE >= share)
}

fn was_rejected(call: &StreamCall) -> bool {
    let rejected = End::Failed {
        is_client_error: true,
    };
    call.end == rejected
}

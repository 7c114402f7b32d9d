use std::time::Duration;

use serde_json::Value;

use super::{
    job::{Job, Place, State},
    provider_response::{Output, link},
};

/// A video: at once, or by a task that is asked about.
pub(super) static VIDEO: Job = Job {
    ticket,
    every: Duration::from_millis(500),
    at_once: false,
    state,
    result: None,
    read,
};

fn ticket(answer: &Value) -> Option<Place> {
    let task = answer.get("task_id")?.as_str()?;
    Some(Place {
        path: "/v3/async/task-result".to_owned(),
        query: Some(("task_id", task.to_owned())),
    })
}

fn state(answer: &Value) -> State {
    match answer.pointer("/task/status").and_then(Value::as_str) {
        Some("TASK_STATUS_SUCCEED") => State::Done,
        Some("TASK_STATUS_FAILED") => {
            let reason = answer.pointer("/task/reason").and_then(Value::as_str);
            State::Failed(reason.map(str::to_owned))
        }
        _ => State::Pending,
    }
}

fn read(answer: &Value) -> Option<Output> {
    link(answer, "/video/video_url").or_else(|| link(answer, "/videos/0/video_url"))
}

use std::time::Duration;

use serde_json::Value;

use super::{
    endpoint::ResourcePath,
    job::{Job, State},
    provider_response::{Output, url_at},
};

/// A video: in the first response, or by a job.
pub(super) static VIDEO_JOB: Job = Job {
    status_path,
    interval: Duration::from_millis(500),
    poll_immediately: false,
    state,
    result_path: None,
    read,
};

fn status_path(response: &Value) -> Option<ResourcePath> {
    let task = response.get("task_id")?.as_str()?;
    Some(ResourcePath {
        path: "/v3/async/task-result".to_owned(),
        query: Some(("task_id", task.to_owned())),
    })
}

fn state(response: &Value) -> State {
    match response.pointer("/task/status").and_then(Value::as_str) {
        Some("TASK_STATUS_SUCCEED") => State::Done,
        Some("TASK_STATUS_FAILED") => {
            let reason = response.pointer("/task/reason").and_then(Value::as_str);
            State::Failed(reason.map(str::to_owned))
        }
        _ => State::Pending,
    }
}

fn read(response: &Value) -> Option<Output> {
    url_at(response, "/video/video_url").or_else(|| url_at(response, "/videos/0/video_url"))
}

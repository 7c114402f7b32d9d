//! Spans, events, metrics and the request report of each prediction.

mod content;
mod failures;
mod outcome;
mod recorder;
mod span;
mod stream;

pub(crate) use content::record_input;
pub(crate) use recorder::Recorder;
pub(crate) use span::refresh_span;
pub(crate) use stream::record_stream;

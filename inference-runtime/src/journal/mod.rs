//! The record of each prediction: its span, log lines, metrics and its line in the response's report.

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

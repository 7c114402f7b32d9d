//! The HTTP client shared by all backends: it keeps secrets, bounds responses, and turns the many shapes of errors into
//! one.

mod base;
mod client;
mod credential;
#[cfg(feature = "hf")]
mod download;
mod endpoint;
mod error;
mod form;
#[cfg(feature = "_fuzz")]
pub(crate) mod fuzz;
mod headers;
mod hints;
mod labels;
mod lenient_json;
mod request_values;
mod service_kind;
mod settings;
mod stream;
mod transport;

pub(crate) use base::parse as base_url;
pub(crate) use credential::{Credential, InvalidSecret};
#[cfg(feature = "hf")]
pub(crate) use download::Downloader;
#[cfg(feature = "hf")]
pub(crate) use error::rate_limit_reset;
pub(crate) use hints::Hints;
pub(crate) use transport::{HttpResponse, MAX_RESPONSE_BYTES, Transport};
pub(crate) use {
    endpoint::{ConfiguredEndpoint, Endpoint},
    form::Form,
    labels::Labels,
    request_values::{input, messages, parameters, rows, table, text},
    service_kind::ServiceKind,
    settings::{Settings, settings},
};

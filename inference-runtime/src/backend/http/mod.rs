//! What every service over HTTP needs: a client that keeps secrets, answers up to a size, and the many shapes of an
//! error as one.

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
mod kind;
mod labels;
mod lenient_json;
mod request_values;
mod settings;
mod stream;
mod transport;

pub(crate) use base::parse as base_url;
pub(crate) use credential::{Credential, Unsendable};
#[cfg(feature = "hf")]
pub(crate) use download::Downloads;
#[cfg(feature = "hf")]
pub(crate) use error::used_up;
pub(crate) use hints::Hints;
pub(crate) use kind::Kind;
pub(crate) use transport::{Answer, MAX_RESPONSE_BYTES, Transport};
pub(crate) use {
    endpoint::{ConfiguredEndpoint, Endpoint},
    form::Form,
    labels::Labels,
    request_values::{input, messages, parameters, rows, table, text},
    settings::{Settings, settings},
};

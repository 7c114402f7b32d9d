//! What every service over HTTP needs: a client that keeps secrets, answers up to a size, and the many shapes of an
//! error as one.

mod advice;
mod base;
mod channel;
mod client;
mod credential;
#[cfg(feature = "hf")]
mod download;
mod error;
mod form;
#[cfg(feature = "_fuzz")]
pub(crate) mod fuzz;
mod headers;
mod labels;
mod lenient;
mod limit;
mod question;
mod remote;
mod settings;
mod stream;

pub(crate) use advice::Advice;
pub(crate) use base::parse as base_url;
pub(crate) use channel::{Answer, Channel, MAX_RESPONSE_BYTES};
pub(crate) use credential::{Credential, Unsendable};
#[cfg(feature = "hf")]
pub(crate) use download::Downloads;
#[cfg(feature = "hf")]
pub(crate) use error::used_up;
#[cfg(feature = "fetch")]
pub(crate) use limit::{Unread, whole};
pub(crate) use {
    form::Form,
    labels::Labels,
    question::{input, messages, parameters, rows, table, text},
    remote::{Reach, Remote},
    settings::{Kind, Settings, settings},
};

//! A request to a provider, as the writers of bodies read it.

use std::borrow::Cow;

use super::{body::Members, mapping::MappingEntry};
use crate::{
    ErrorKind, InferenceError,
    backend::{Request, http},
    task::{Media, Payload},
};

/// The host of model adapters, which providers download themselves.
const HUB: &str = "https://huggingface.co";

/// One request to one provider.
pub(in crate::backend::hf) struct ProviderRequest<'r> {
    pub(super) inner: &'r Request,
    pub(super) provider: &'static str,
    pub(super) entry: &'r MappingEntry,
    pub(super) stream: bool,
}

impl ProviderRequest<'_> {
    /// Returns the model's name at the provider.
    pub(super) fn id(&self) -> &str {
        &self.entry.id
    }

    /// Returns the parameters that are set.
    pub(super) fn parameters(&self) -> Members {
        http::parameters(self.inner)
    }

    /// Returns the input of a text task.
    pub(super) fn text(&self) -> Result<String, InferenceError> {
        http::text(self.inner)
    }

    /// Returns the input of a media task.
    pub(super) fn media(&self) -> Result<&Media, InferenceError> {
        match self.inner.payload() {
            Payload::Media(media) => Ok(media),
            Payload::Json(_) => Err(InferenceError::new(
                ErrorKind::Unsupported,
                format!("the input of `{}` is not media", self.inner.task()),
            )),
        }
    }

    /// Returns the media as a data URL, with the fallback type if the bytes have no known format.
    pub(super) fn data_url(&self, fallback: &'static str) -> Result<String, InferenceError> {
        let media = self.media()?;
        Ok(if media.is_unknown() {
            Media::new(media.bytes.clone(), fallback).to_data_url()
        } else {
            media.to_data_url()
        })
    }

    /// Returns the URL of the model's page, if it is an adapter of the model that the provider runs.
    pub(super) fn adapter_page(&self) -> Option<String> {
        self.entry.weights.as_ref()?;
        Some(format!("{HUB}/{}", self.inner.model()))
    }

    /// Returns the URL of the adapter's weights.
    pub(super) fn adapter_weights(&self) -> Option<String> {
        let weights = self.entry.weights.as_ref()?;
        Some(format!(
            "{HUB}/{}/resolve/main/{weights}",
            self.inner.model()
        ))
    }

    /// Returns the version, if the model's name at the provider has one.
    pub(super) fn version(&self) -> Option<&str> {
        self.entry.id.split_once(':').map(|(_, version)| version)
    }

    /// Returns the path of this request, with the model's name inserted.
    pub(super) fn path<'p>(&self, template: &'p str) -> Cow<'p, str> {
        if template.contains("{id}") {
            Cow::Owned(template.replace("{id}", self.id()))
        } else {
            Cow::Borrowed(template)
        }
    }
}

//! A question, as the writers of bodies see it.

use std::borrow::Cow;

use super::{body::Members, mapping::Entry};
use crate::{
    ErrorKind, InferenceError,
    backend::{Request, http},
    task::{Media, Payload},
};

/// Where adapters of models lie. Providers fetch them from there themselves.
const HUB: &str = "https://huggingface.co";

/// One question to one provider.
pub(in crate::backend::hf) struct ProviderRequest<'r> {
    pub(super) request: &'r Request,
    pub(super) provider: &'static str,
    pub(super) entry: &'r Entry,
    pub(super) stream: bool,
}

impl ProviderRequest<'_> {
    /// The model's name at the provider.
    pub(super) fn id(&self) -> &str {
        &self.entry.id
    }

    /// The parameters; what was not given is not there.
    pub(super) fn parameters(&self) -> Members {
        http::parameters(self.request)
    }

    /// The input of a task on text.
    pub(super) fn text(&self) -> Result<String, InferenceError> {
        http::text(self.request)
    }

    /// The input of a task on media.
    pub(super) fn media(&self) -> Result<&Media, InferenceError> {
        match self.request.payload() {
            Payload::Media(media) => Ok(media),
            Payload::Json(_) => Err(InferenceError::new(
                ErrorKind::Unsupported,
                format!(
                    "`{}` was asked with something else than media",
                    self.request.task()
                ),
            )),
        }
    }

    /// The media as a data URL, of this type where the bytes do not say.
    pub(super) fn data_url(&self, fallback: &'static str) -> Result<String, InferenceError> {
        let media = self.media()?;
        Ok(if media.is_unknown() {
            Media::new(media.bytes.clone(), fallback).to_data_url()
        } else {
            media.to_data_url()
        })
    }

    /// The address of the model's page, where it is an adapter of the model that the provider runs.
    pub(super) fn adapter_page(&self) -> Option<String> {
        self.entry.weights.as_ref()?;
        Some(format!("{HUB}/{}", self.request.model()))
    }

    /// The address of the adapter's weights.
    pub(super) fn adapter_weights(&self) -> Option<String> {
        let weights = self.entry.weights.as_ref()?;
        Some(format!(
            "{HUB}/{}/resolve/main/{weights}",
            self.request.model()
        ))
    }

    /// The model's name and its version, where the provider names it with one.
    pub(super) fn version(&self) -> Option<&str> {
        self.entry.id.split_once(':').map(|(_, version)| version)
    }

    /// The path of this question, with the model's name in its place.
    pub(super) fn path<'p>(&self, template: &'p str) -> Cow<'p, str> {
        if template.contains("{id}") {
            Cow::Owned(template.replace("{id}", self.id()))
        } else {
            Cow::Borrowed(template)
        }
    }
}

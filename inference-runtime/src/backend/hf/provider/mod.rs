//! The providers of Hugging Face except `hf-inference`, with their paths, request bodies and responses.
//!
//! The [table] describes them as data; special cases have a file each. A request is sent to the [endpoint] that its key
//! is for, with the name that the model has at the provider according to the [Hub](hub).

mod body;
mod chat;
mod deepinfra;
mod endpoint;
mod fal;
mod hub;
mod job;
mod keys;
mod mapping;
mod mapping_cache;
mod multipart;
mod names;
mod novita;
mod nscale;
mod provider_request;
mod provider_response;
mod replicate;
mod settings;
mod shared_bodies;
mod table;
mod together;
mod wavespeed;
mod zai;

use std::borrow::Cow;

use serde_json::json;

pub use self::table::provider_tasks;
pub(super) use self::{
    body::{Body, accept},
    chat::dialect,
    hub::Hub,
    keys::{BILL_TO, Keys, Router, not_routed},
    names::{CHAT, HF_INFERENCE},
    settings::{Settings, nearest},
    table::{Provider, ProviderTask},
};
use self::{
    endpoint::ProviderEndpoint, mapping::MappingEntry, provider_request::ProviderRequest,
    provider_response::Output, table::ResponseKind,
};
use crate::{
    ErrorKind, InferenceError,
    backend::{
        Request, Response, StreamingResponse,
        http::{Downloader, HttpResponse},
        openai_wire,
    },
    task::Media,
};

/// The Hub, the keys of the providers, and the downloader of generated files.
pub(super) struct Providers {
    pub(super) hub: Hub,
    pub(super) keys: Keys,
    pub(super) downloader: Downloader,
}

/// The provider of a request.
pub(super) enum SelectedProvider {
    HfInference,
    Other(&'static Provider, &'static ProviderTask),
}

impl Providers {
    /// Returns the first provider of the model's mapping that serves the task, in the order of the account's settings.
    pub(super) async fn first_mapped(
        &self,
        request: &Request,
    ) -> Result<SelectedProvider, InferenceError> {
        let entries = self.hub.entries(request.model()).await?;
        entries
            .iter()
            .filter(|entry| entry.serves_task(request.task()))
            .find_map(|entry| {
                if entry.provider == HF_INFERENCE {
                    return Some(SelectedProvider::HfInference);
                }
                let provider = Provider::find(&entry.provider)?;
                Some(SelectedProvider::Other(
                    provider,
                    provider.task(request.task())?,
                ))
            })
            .ok_or_else(|| {
                InferenceError::new(
                    ErrorKind::ModelNotFound,
                    format!(
                        "no provider serves this model for `{}`; help: use another model",
                        request.task()
                    ),
                )
            })
    }

    /// Calls a provider and converts its response to the output of the task.
    pub(super) async fn call(
        &self,
        router: Router<'_>,
        (provider, task): (&'static Provider, &'static ProviderTask),
        request: &Request,
    ) -> Result<Response, InferenceError> {
        let mut endpoint = self.keys.endpoint(router, provider, task)?;
        endpoint.accept = accept(request.task(), false);
        let entry = self.entry(provider, request).await?;
        let provider_request = ProviderRequest {
            inner: request,
            provider: provider.name,
            entry: &entry,
            stream: false,
        };
        let response = endpoint
            .post(
                &path(&provider_request, provider, task),
                (task.write)(&provider_request)?,
            )
            .await?;
        let (response, output) = match &task.response {
            ResponseKind::Direct => return Ok(direct_response(response)),
            ResponseKind::Read(read) => {
                let output = read(&response.json()?);
                (response, output)
            }
            ResponseKind::Job(job) => job.finish(&endpoint, request, response).await?,
        };
        let Some(output) = output else {
            return Err(unexpected(&endpoint, request));
        };
        self.to_response(&endpoint, response, output).await
    }

    /// Calls a provider for a streaming answer.
    pub(super) async fn stream(
        &self,
        router: Router<'_>,
        (provider, task): (&'static Provider, &'static ProviderTask),
        request: &Request,
    ) -> Result<StreamingResponse, InferenceError> {
        let mut endpoint = self.keys.endpoint(router, provider, task)?;
        endpoint.accept = accept(request.task(), true);
        let entry = self.entry(provider, request).await?;
        let provider_request = ProviderRequest {
            inner: request,
            provider: provider.name,
            entry: &entry,
            stream: true,
        };
        endpoint
            .stream(
                &path(&provider_request, provider, task),
                (task.write)(&provider_request)?,
            )
            .await
    }

    /// Checks that the provider serves the model. A transient error is one of the Hub.
    pub(super) async fn check_mapping(
        &self,
        provider: &'static Provider,
        request: &Request,
    ) -> Result<(), InferenceError> {
        self.entry(provider, request).await.map(|_| ())
    }

    /// Returns the mapping of the model at the provider.
    async fn entry(
        &self,
        provider: &'static Provider,
        request: &Request,
    ) -> Result<MappingEntry, InferenceError> {
        let (model, task) = (request.model(), request.task());
        if !provider.routed {
            // The Hub has no mapping for its models; they are named like those of an organisation there.
            let prefix = format!("{}/", provider.name);
            let id = model.strip_prefix(&prefix).unwrap_or(model);
            return Ok(MappingEntry::unmapped(provider.name, id, task));
        }
        let entries = self.hub.entries(model).await?;
        let entry = mapping::choose(&entries, provider.name, task)?;
        entry.warn(model);
        Ok(entry.clone())
    }

    async fn to_response(
        &self,
        endpoint: &ProviderEndpoint<'_>,
        response: HttpResponse,
        output: Output,
    ) -> Result<Response, InferenceError> {
        let media = match output {
            Output::Json(value) => return Ok(response.with_json(&value)),
            Output::Base64(text) => decode_media(endpoint, &text)?,
            Output::Url(url) => self.download(endpoint, &url).await?,
            Output::MaskUrl(url) => {
                let mask = self.download(endpoint, &url).await?.to_base64();
                return Ok(response.with_json(&json!([{"label": "mask", "mask": mask}])));
            }
            Output::TextUrl(url) => {
                let text = self.download(endpoint, &url).await?;
                let text = String::from_utf8_lossy(&text.bytes);
                return Ok(response.with_json(&json!({"text": text.trim()})));
            }
        };
        Ok(Response {
            media_type: Some(media.media_type.into_owned()),
            ..response.with_body(media.bytes)
        })
    }

    async fn download(
        &self,
        endpoint: &ProviderEndpoint<'_>,
        url: &str,
    ) -> Result<Media, InferenceError> {
        if url.starts_with("data:") {
            return decode_media(endpoint, url);
        }
        let media = self.downloader.fetch(url, &endpoint.base).await;
        media.map_err(|error| error.with_provider(endpoint.provider))
    }
}

fn path<'t>(
    request: &ProviderRequest<'_>,
    provider: &Provider,
    task: &'t ProviderTask,
) -> Cow<'t, str> {
    match provider.versioned {
        Some(path) if request.version().is_some() => Cow::Borrowed(path),
        _ => request.path(task.path),
    }
}

/// Returns a response whose body the task reads unchanged.
fn direct_response(mut response: HttpResponse) -> Response {
    if response.meta.usage.is_none() {
        response.meta.usage = openai_wire::usage(&response.body);
    }
    response.into_response()
}

fn decode_media(endpoint: &ProviderEndpoint<'_>, text: &str) -> Result<Media, InferenceError> {
    Media::from_text(text).map_err(|error| {
        let message = "the provider's media cannot be decoded";
        InferenceError::new(ErrorKind::MalformedOutput, message)
            .with_source(error)
            .with_provider(endpoint.provider)
    })
}

fn unexpected(endpoint: &ProviderEndpoint<'_>, request: &Request) -> InferenceError {
    InferenceError::new(
        ErrorKind::UnexpectedOutput,
        format!(
            "the response of `{}` contains no output of `{}`; help: use another provider",
            endpoint.provider,
            request.task()
        ),
    )
    .with_provider(endpoint.provider)
}

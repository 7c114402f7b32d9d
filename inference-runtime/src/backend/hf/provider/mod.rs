//! The providers of Hugging Face but `hf-inference`: each with its paths, its bodies and its answers.
//!
//! What is plain about them is in the [table]; what is odd has a file. A question goes to the [way] that its key is
//! for, under the name that the [Hub](hub) says the model has at the provider.

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
mod novita;
mod nscale;
mod provider_request;
mod provider_response;
mod replicate;
mod settings;
mod table;
mod together;
mod wavespeed;
mod zai;

use std::borrow::Cow;

use serde_json::json;

pub use self::table::provider_tasks;
pub(super) use self::{
    body::Body,
    chat::dialect,
    hub::Hub,
    keys::{BILL_TO, Keys, Router, only_directly},
    settings::{Settings, nearest},
    table::{CHAT, HF_INFERENCE, Provider, Serves},
};
use self::{
    endpoint::ProviderEndpoint,
    mapping::Entry,
    provider_request::ProviderRequest,
    provider_response::{Output, Then},
};
use super::body::accept;
use crate::{
    ErrorKind, InferenceError,
    backend::{
        Request, Response, StreamingResponse,
        http::{Answer, Downloads},
        openai_wire,
    },
    task::Media,
};

/// All that is needed to ask the providers.
pub(super) struct Providers {
    pub(super) hub: Hub,
    pub(super) keys: Keys,
    pub(super) downloads: Downloads,
}

/// Who is to answer.
pub(super) enum Chosen {
    HfInference,
    Other(&'static Provider, &'static Serves),
}

impl Providers {
    /// The first provider of the model's mapping that serves the task, in the order of the account's settings.
    pub(super) async fn first(&self, request: &Request) -> Result<Chosen, InferenceError> {
        let entries = self.hub.entries(request.model()).await?;
        entries
            .iter()
            .filter(|entry| entry.is_for(request.task()))
            .find_map(|entry| {
                if entry.provider == HF_INFERENCE {
                    return Some(Chosen::HfInference);
                }
                let provider = Provider::named(&entry.provider)?;
                Some(Chosen::Other(provider, provider.serving(request.task())?))
            })
            .ok_or_else(|| {
                InferenceError::new(
                    ErrorKind::ModelNotFound,
                    format!(
                        "no provider serves this model for `{}`; help: take another model",
                        request.task()
                    ),
                )
            })
    }

    /// Asks, and brings the answer into the form of the task.
    pub(super) async fn ask(
        &self,
        router: Router<'_>,
        (provider, serves): (&'static Provider, &'static Serves),
        request: &Request,
    ) -> Result<Response, InferenceError> {
        let mut way = self.keys.way(router, provider, serves)?;
        way.accept = accept(request.task(), false);
        let entry = self.entry(provider, request).await?;
        let asked = ProviderRequest {
            request,
            provider: provider.name,
            entry: &entry,
            stream: false,
        };
        let answer = way
            .post(&path(&asked, provider, serves), (serves.write)(&asked)?)
            .await?;
        let (answer, output) = match &serves.then {
            Then::AsItIs => return Ok(as_it_is(answer)),
            Then::Read(read) => {
                let output = read(&answer.json()?);
                (answer, output)
            }
            Then::Job(job) => job.finish(&way, request, answer).await?,
        };
        let Some(output) = output else {
            return Err(unexpected(&way, request));
        };
        self.bring(&way, answer, output).await
    }

    /// Asks for an answer in pieces.
    pub(super) async fn stream(
        &self,
        router: Router<'_>,
        (provider, serves): (&'static Provider, &'static Serves),
        request: &Request,
    ) -> Result<StreamingResponse, InferenceError> {
        let mut way = self.keys.way(router, provider, serves)?;
        way.accept = accept(request.task(), true);
        let entry = self.entry(provider, request).await?;
        let asked = ProviderRequest {
            request,
            provider: provider.name,
            entry: &entry,
            stream: true,
        };
        way.stream(&path(&asked, provider, serves), (serves.write)(&asked)?)
            .await
    }

    /// Whether the provider's name of the model is known. An error that may pass is one of the Hub's.
    pub(super) async fn knows(
        &self,
        provider: &'static Provider,
        request: &Request,
    ) -> Result<(), InferenceError> {
        self.entry(provider, request).await.map(|_| ())
    }

    /// The model at the provider.
    async fn entry(
        &self,
        provider: &'static Provider,
        request: &Request,
    ) -> Result<Entry, InferenceError> {
        let (model, task) = (request.model(), request.task());
        if !provider.routed {
            // The Hub knows nothing of its models; they are written like those of an organisation there.
            let prefix = format!("{}/", provider.name);
            let id = model.strip_prefix(&prefix).unwrap_or(model);
            return Ok(Entry::unmapped(provider, id, task));
        }
        let entries = self.hub.entries(model).await?;
        let entry = mapping::choose(&entries, provider.name, task)?;
        entry.warn(model);
        Ok(entry.clone())
    }

    async fn bring(
        &self,
        way: &ProviderEndpoint<'_>,
        answer: Answer,
        output: Output,
    ) -> Result<Response, InferenceError> {
        let media = match output {
            Output::Json(value) => return Ok(answer.with_json(&value)),
            Output::Base64(text) => of_text(way, &text)?,
            Output::Link(link) => self.fetch(way, &link).await?,
            Output::Mask(link) => {
                let mask = self.fetch(way, &link).await?.to_base64();
                return Ok(answer.with_json(&json!([{"label": "mask", "mask": mask}])));
            }
            Output::Text(link) => {
                let text = self.fetch(way, &link).await?;
                let text = String::from_utf8_lossy(&text.bytes);
                return Ok(answer.with_json(&json!({"text": text.trim()})));
            }
        };
        Ok(Response {
            media_type: Some(media.media_type.into_owned()),
            ..answer.with_body(media.bytes)
        })
    }

    async fn fetch(&self, way: &ProviderEndpoint<'_>, link: &str) -> Result<Media, InferenceError> {
        if link.starts_with("data:") {
            return of_text(way, link);
        }
        let downloaded = self.downloads.fetch(link, &way.base).await;
        downloaded.map_err(|error| error.with_provider(way.provider.name))
    }
}

fn path<'s>(asked: &ProviderRequest<'_>, provider: &Provider, serves: &'s Serves) -> Cow<'s, str> {
    match provider.versioned {
        Some(path) if asked.version().is_some() => Cow::Borrowed(path),
        _ => asked.path(serves.path),
    }
}

fn as_it_is(mut answer: Answer) -> Response {
    if answer.facts.usage.is_none() {
        answer.facts.usage = openai_wire::counted(&answer.body);
    }
    answer.into_response()
}

fn of_text(way: &ProviderEndpoint<'_>, text: &str) -> Result<Media, InferenceError> {
    Media::from_text(text).map_err(|error| {
        let message = "the provider's media cannot be read";
        InferenceError::new(ErrorKind::MalformedOutput, message)
            .with_source(error)
            .with_provider(way.provider.name)
    })
}

fn unexpected(way: &ProviderEndpoint<'_>, request: &Request) -> InferenceError {
    InferenceError::new(
        ErrorKind::UnexpectedOutput,
        format!(
            "`{}` answered with something else than `{}` gives; help: take another provider",
            way.provider.name,
            request.task()
        ),
    )
    .with_provider(way.provider.name)
}

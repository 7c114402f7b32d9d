//! Backends out of `[backends.NAME]`.

use std::sync::Arc;

#[allow(unused_imports, reason = "without the features no kind is named")]
use crate::config::BackendKind;
use crate::{
    backend::Backend,
    config::{BackendSection, ConfigError},
};

/// What all kinds have but one, whose tokens do not last.
#[allow(unused_macros, reason = "without the features nothing is built")]
macro_rules! common {
    ($builder:expr, $section:ident) => {{
        let mut builder = $builder;
        if let Some(url) = &$section.base_url {
            builder = builder.base_url(url);
        }
        if let Some(variable) = &$section.api_key_env {
            builder = builder.api_key_env(variable);
        }
        if let Some(path) = &$section.api_key_file {
            builder = builder.api_key_file(path);
        }
        if let Some(bytes) = $section.max_response {
            builder = builder.max_response_bytes(bytes);
        }
        builder
    }};
}
/// The backend that a section describes.
///
/// # Errors
///
/// [`ConfigError`] that says where the section stands and what is wrong with it.
pub(super) fn build_backend(section: &BackendSection) -> Result<Arc<dyn Backend>, ConfigError> {
    match section.kind()? {
        #[cfg(feature = "openai")]
        BackendKind::OpenAi => {
            let mut builder = common!(crate::backend::OpenAi::builder(), section);
            if let Some(yes) = section.base64_embeddings {
                builder = builder.base64_embeddings(yes);
            }
            if let Some(voice) = &section.voice {
                builder = builder.voice(voice);
            }
            built(section, builder.build())
        }
        #[cfg(feature = "tei")]
        BackendKind::Tei => {
            let mut builder = common!(crate::backend::Tei::builder(), section);
            if let Some(texts) = section.max_batch {
                builder = builder.max_batch(texts);
            }
            if let Some(yes) = section.per_token {
                builder = builder.per_token(yes);
            }
            built(section, builder.build())
        }
        #[cfg(feature = "tgi")]
        BackendKind::Tgi => {
            let builder = common!(crate::backend::Tgi::builder(), section);
            built(section, builder.build())
        }
        #[cfg(feature = "tensorflow-serving")]
        BackendKind::TensorFlowServing => {
            let builder = common!(crate::backend::TensorFlowServing::builder(), section);
            built(section, builder.build())
        }
        #[cfg(feature = "kserve")]
        BackendKind::KServe => {
            let mut builder = common!(crate::backend::KServe::builder(), section);
            if let Some(ttl) = section.metadata_ttl {
                builder = builder.metadata_ttl(ttl);
            }
            built(section, builder.build())
        }
        #[cfg(feature = "vertex")]
        BackendKind::Vertex => built(section, vertex(section)),
        #[allow(
            unreachable_patterns,
            reason = "with every feature on, every kind has come"
        )]
        missing => {
            let name = missing.name();
            Err(section.error(format_args!(
                "the kind `{name}` is not in this program; help: turn the cargo feature `{name}` of inference-runtime on"
            )))
        }
    }
}

#[cfg(feature = "vertex")]
fn vertex(section: &BackendSection) -> Result<crate::backend::Vertex, ConfigError> {
    let mut builder = crate::backend::Vertex::builder();
    if let Some(url) = &section.base_url {
        builder = builder.base_url(url);
    }
    if let Some(project) = &section.project {
        builder = builder.project(project);
    }
    if let Some(location) = &section.location {
        builder = builder.location(location);
    }
    if let Some(variable) = &section.api_key_env {
        builder = builder.token_env(variable);
    }
    if let Some(path) = &section.api_key_file {
        builder = builder.token_file(path);
    }
    if let Some(bytes) = section.max_response {
        builder = builder.max_response_bytes(bytes);
    }
    builder.build()
}

#[allow(dead_code, reason = "without the features nothing is built")]
fn built<B: Backend>(
    section: &BackendSection,
    built: Result<B, ConfigError>,
) -> Result<Arc<dyn Backend>, ConfigError> {
    match built {
        Ok(backend) => Ok(Arc::new(backend)),
        Err(error) => Err(section.error(error)),
    }
}

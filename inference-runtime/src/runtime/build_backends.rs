//! Builds the backends of `[backends.NAME]`.

use std::sync::Arc;

#[allow(unused_imports, reason = "unused without the features")]
use crate::config::BackendKind;
use crate::{
    backend::Backend,
    config::{BackendSection, ConfigError},
};

/// Applies the settings that all kinds share, except Vertex, whose tokens are short-lived.
#[allow(unused_macros, reason = "unused without the features")]
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
/// Builds the backend of a section.
///
/// # Errors
///
/// Returns [`ConfigError`] with the section's position if a setting is invalid.
pub(super) fn build_backend(section: &BackendSection) -> Result<Arc<dyn Backend>, ConfigError> {
    match section.kind()? {
        #[cfg(feature = "openai")]
        BackendKind::OpenAi => {
            let mut builder = common!(crate::backend::OpenAi::builder(), section);
            if let Some(enabled) = section.base64_embeddings {
                builder = builder.base64_embeddings(enabled);
            }
            if let Some(voice) = &section.voice {
                builder = builder.voice(voice);
            }
            boxed(section, builder.build())
        }
        #[cfg(feature = "tei")]
        BackendKind::Tei => {
            let mut builder = common!(crate::backend::Tei::builder(), section);
            if let Some(texts) = section.max_batch {
                builder = builder.max_batch(texts);
            }
            if let Some(enabled) = section.per_token {
                builder = builder.per_token(enabled);
            }
            boxed(section, builder.build())
        }
        #[cfg(feature = "tgi")]
        BackendKind::Tgi => {
            let builder = common!(crate::backend::Tgi::builder(), section);
            boxed(section, builder.build())
        }
        #[cfg(feature = "tensorflow-serving")]
        BackendKind::TensorFlowServing => {
            let builder = common!(crate::backend::TensorFlowServing::builder(), section);
            boxed(section, builder.build())
        }
        #[cfg(feature = "kserve")]
        BackendKind::KServe => {
            let mut builder = common!(crate::backend::KServe::builder(), section);
            if let Some(ttl) = section.metadata_ttl {
                builder = builder.metadata_ttl(ttl);
            }
            boxed(section, builder.build())
        }
        #[cfg(feature = "vertex")]
        BackendKind::Vertex => boxed(section, vertex(section)),
        #[allow(
            unreachable_patterns,
            reason = "with all features enabled, all kinds are matched"
        )]
        missing => {
            let name = missing.name();
            Err(section.error(format_args!(
                "the kind `{name}` is not available: built without the cargo feature `{name}`; help: enable this feature of inference-runtime"
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

#[allow(dead_code, reason = "unused without the features")]
fn boxed<B: Backend>(
    section: &BackendSection,
    backend: Result<B, ConfigError>,
) -> Result<Arc<dyn Backend>, ConfigError> {
    match backend {
        Ok(backend) => Ok(Arc::new(backend)),
        Err(error) => Err(section.error(error)),
    }
}

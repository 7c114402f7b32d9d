use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;
use toml::Spanned;

use super::{
    BackendSection, Backends, CacheSection, Changes, ConfigError, Operations, nearest, units,
    value::Section,
};
use crate::error::redact;

/// The contents of `inference.toml`. Absent keys have their defaults.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    #[serde(rename = "defaults")]
    defaults_section: Section,
    #[serde(skip)]
    pub(crate) defaults: Changes,
    pub(crate) cache: CacheSection,
    pub(crate) hf: HfSection,
    pub(crate) media: MediaSection,
    pub(crate) telemetry: TelemetrySection,
    #[serde(rename = "backends")]
    backend_sections: BTreeMap<Spanned<String>, BackendSection>,
    #[serde(skip)]
    pub(crate) backends: Backends,
    #[serde(rename = "operations")]
    operation_sections: BTreeMap<Spanned<String>, Section>,
    #[serde(skip)]
    pub(crate) operations: Operations,
}

/// Hugging Face.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct HfSection {
    pub(crate) base_url: Option<String>,
    pub(crate) hub_url: Option<String>,
    pub(crate) bill_to: Option<String>,
    #[serde(deserialize_with = "units::size")]
    pub(crate) max_response: Option<usize>,
    pub(crate) providers: BTreeMap<String, HfProviderSection>,
}

/// A provider of Hugging Face that is called with its own key.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct HfProviderSection {
    /// The name of the variable with the key.
    pub(crate) api_key_env: Option<String>,
    pub(crate) base_url: Option<String>,
}

/// Media of requests.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MediaSection {
    pub(crate) allow_hosts: Vec<String>,
    #[serde(deserialize_with = "units::size")]
    pub(crate) max_size: Option<usize>,
}

/// Spans and events of predictions.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TelemetrySection {
    pub(crate) record_content: Option<bool>,
}

impl Config {
    pub(crate) fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let location = |at: usize| {
            let line = 1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count();
            format!("{}:{line}", path.display())
        };
        let mut config: Self = toml::from_str(text).map_err(|error| {
            let location = error
                .span()
                .map_or_else(|| path.display().to_string(), |span| location(span.start));
            // Not the error's own display: it shows the line, which may contain a credential.
            ConfigError::new(format!(
                "{location}: {}{}",
                redact(error.message()),
                did_you_mean(error.message())
            ))
        })?;
        config.cache.record_origins(text, location)?;
        config.defaults = Changes::read(std::mem::take(&mut config.defaults_section), &location)?;
        if let Some(origin) = config.defaults.origin("model") {
            return Err(ConfigError::new(format!(
                "{origin}: `model` cannot be a default; help: write it below `[operations.NAME]`"
            )));
        }
        for (name, section) in std::mem::take(&mut config.operation_sections) {
            let origin = location(name.span().start);
            let changes = Changes::read(section, &location)?;
            config.operations.add(name.into_inner(), origin, changes);
        }
        for (name, section) in std::mem::take(&mut config.backend_sections) {
            let location = location(name.span().start);
            config.backends.add(name.into_inner(), &location, section)?;
        }
        Ok(config)
    }
}

/// Returns a suggestion for an unknown name, from the message of the parser: "unknown field `a`, expected one of `b`, `c`".
fn did_you_mean(message: &str) -> String {
    let mut names = message.split('`').skip(1).step_by(2);
    if !message.starts_with("unknown field") && !message.starts_with("unknown variant") {
        return String::new();
    }
    let Some(unknown) = names.next() else {
        return String::new();
    };
    nearest(unknown, names).map_or_else(String::new, |name| {
        format!("; help: did you mean `{name}`?")
    })
}

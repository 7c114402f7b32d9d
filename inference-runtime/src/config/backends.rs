//! `[backends.NAME]`: services by their kind and address.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use inference_spec::{did_you_mean, list, model::is_backend_name};
use serde::Deserialize;

use super::{ConfigError, units};

/// One service.
#[allow(dead_code, reason = "read for the kinds whose features are on")]
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct BackendSection {
    kind: Option<String>,
    pub(crate) base_url: Option<String>,
    /// The name of the variable that holds the key: the file contains no keys.
    pub(crate) api_key_env: Option<String>,
    pub(crate) api_key_file: Option<PathBuf>,
    #[serde(deserialize_with = "units::size")]
    pub(crate) max_response: Option<usize>,
    pub(crate) base64_embeddings: Option<bool>,
    pub(crate) voice: Option<String>,
    pub(crate) max_batch: Option<std::num::NonZeroUsize>,
    pub(crate) per_token: Option<bool>,
    #[serde(deserialize_with = "units::duration")]
    pub(crate) metadata_ttl: Option<Duration>,
    pub(crate) project: Option<String>,
    pub(crate) location: Option<String>,
    /// Its location in the configuration, for messages.
    #[serde(skip)]
    pub(super) origin: String,
}

/// The kinds of services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BackendKind {
    OpenAi,
    Tei,
    Tgi,
    TensorFlowServing,
    KServe,
    Vertex,
}

/// The kinds by their names, which are also those of the cargo features.
const KINDS: [(&str, BackendKind); 6] = [
    ("openai", BackendKind::OpenAi),
    ("tei", BackendKind::Tei),
    ("tgi", BackendKind::Tgi),
    ("tensorflow-serving", BackendKind::TensorFlowServing),
    ("kserve", BackendKind::KServe),
    ("vertex", BackendKind::Vertex),
];

type Set = fn(&mut BackendSection, &str) -> Result<(), ConfigError>;

/// The keys, each with the function that sets it from a variable.
const KEYS: [(&str, Set); 12] = [
    ("kind", |section, text| {
        section.kind = Some(text.to_owned());
        Ok(())
    }),
    ("base_url", |section, text| {
        section.base_url = Some(text.to_owned());
        Ok(())
    }),
    ("api_key_env", |section, text| {
        section.api_key_env = Some(text.to_owned());
        Ok(())
    }),
    ("api_key_file", |section, text| {
        section.api_key_file = Some(text.into());
        Ok(())
    }),
    ("max_response", |section, text| {
        section.max_response = Some(units::parse_size(text)?);
        Ok(())
    }),
    ("base64_embeddings", |section, text| {
        section.base64_embeddings = Some(parse_switch(text)?);
        Ok(())
    }),
    ("voice", |section, text| {
        section.voice = Some(text.to_owned());
        Ok(())
    }),
    ("max_batch", |section, text| {
        let inputs = text
            .parse()
            .map_err(|_| ConfigError::new(format!("`{text}` is not a positive integer")))?;
        section.max_batch = Some(inputs);
        Ok(())
    }),
    ("per_token", |section, text| {
        section.per_token = Some(parse_switch(text)?);
        Ok(())
    }),
    ("metadata_ttl", |section, text| {
        section.metadata_ttl = Some(units::parse_duration(text)?);
        Ok(())
    }),
    ("project", |section, text| {
        section.project = Some(text.to_owned());
        Ok(())
    }),
    ("location", |section, text| {
        section.location = Some(text.to_owned());
        Ok(())
    }),
];

fn parse_switch(text: &str) -> Result<bool, ConfigError> {
    text.parse()
        .map_err(|_| ConfigError::new(format!("`{text}` is neither `true` nor `false`")))
}

impl BackendKind {
    /// The name of the kind and of its cargo feature.
    pub(crate) fn name(self) -> &'static str {
        KINDS
            .iter()
            .find(|(_, kind)| *kind == self)
            .map_or("", |(name, _)| name)
    }
}

impl BackendSection {
    /// Returns an error with the location of the section.
    pub(crate) fn error(&self, message: impl std::fmt::Display) -> ConfigError {
        ConfigError::new(format!("{}: {message}", self.origin))
    }

    /// Returns its kind. Every key must be one of this kind.
    pub(crate) fn kind(&self) -> Result<BackendKind, ConfigError> {
        let names = || KINDS.iter().map(|(name, _)| *name);
        let Some(kind) = &self.kind else {
            return Err(self.error(format_args!(
                "missing `kind`; help: set it to one of {}",
                list(names())
            )));
        };
        let Some((name, kind)) = KINDS.into_iter().find(|(name, _)| name == kind) else {
            let help = did_you_mean(kind, names());
            return Err(self.error(format_args!("unknown kind `{kind}`; help: {help}")));
        };
        use BackendKind::{KServe, OpenAi, Tei, Vertex};
        for (key, is_set, owner) in [
            (
                "base64_embeddings",
                self.base64_embeddings.is_some(),
                OpenAi,
            ),
            ("voice", self.voice.is_some(), OpenAi),
            ("max_batch", self.max_batch.is_some(), Tei),
            ("per_token", self.per_token.is_some(), Tei),
            ("metadata_ttl", self.metadata_ttl.is_some(), KServe),
            ("project", self.project.is_some(), Vertex),
            ("location", self.location.is_some(), Vertex),
        ] {
            if is_set && kind != owner {
                return Err(self.error(format_args!(
                    "the kind `{name}` has no key `{key}`; help: remove it, it is a key of the kind `{}`",
                    owner.name()
                )));
            }
        }
        if self.api_key_env.is_some() && self.api_key_file.is_some() {
            return Err(self.error(
                "`api_key_env` and `api_key_file` cannot be combined; help: remove one of them",
            ));
        }
        Ok(kind)
    }
}

/// The services by their names.
#[derive(Debug, Default)]
pub(crate) struct Backends(BTreeMap<String, BackendSection>);

impl Backends {
    /// Adds a section of the file.
    pub(super) fn add(
        &mut self,
        name: String,
        location: &str,
        mut section: BackendSection,
    ) -> Result<(), ConfigError> {
        let origin = format!("{location}: backends.{name}");
        if !is_backend_name(&name) {
            return Err(ConfigError::new(format!(
                "{origin}: invalid backend name; help: begin with a lower-case letter, followed by lower-case letters, digits, `-` and `_`"
            )));
        }
        section.origin = origin;
        self.0.insert(name, section);
        Ok(())
    }

    /// Sets a key from a variable, given without its prefix `INFERENCE_BACKENDS_`: `NAME_KEY`. A `-` in the name of a
    /// backend is a `_` there. Returns `None` for an unknown key.
    pub(super) fn set(&mut self, variable: &str, text: &str) -> Option<Result<(), ConfigError>> {
        // The longest key wins: `x_api_key_file` is the key `api_key_file` of `x`.
        let (prefix, set) = KEYS
            .iter()
            .filter_map(|(key, set)| {
                let name = variable
                    .strip_suffix(&key.to_ascii_uppercase())?
                    .strip_suffix('_')?;
                (!name.is_empty()).then_some((name, set))
            })
            .min_by_key(|(name, _)| name.len())?;
        let existing = self
            .0
            .keys()
            .find(|name| name.to_ascii_uppercase().replace('-', "_") == prefix)
            .cloned();
        let name = existing.unwrap_or_else(|| prefix.to_ascii_lowercase());
        let section = self
            .0
            .entry(name)
            .or_insert_with_key(|name| BackendSection {
                origin: format!("backends.{name}"),
                ..BackendSection::default()
            });
        Some(set(section, text))
    }

    /// The names of all keys.
    pub(super) fn keys() -> impl Iterator<Item = &'static str> {
        KEYS.iter().map(|(key, _)| *key)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &BackendSection)> {
        self.0
            .iter()
            .map(|(name, section)| (name.as_str(), section))
    }
}

#[cfg(test)]
mod tests {
    use super::{BackendKind, Backends};

    #[test]
    fn variables_set_keys_of_existing_and_new_backends() {
        let mut backends = Backends::default();
        backends
            .add("my-llm".to_owned(), "f:1", super::BackendSection::default())
            .expect("a name");
        for (variable, text) in [
            ("MY_LLM_BASE_URL", "http://a"),
            ("MY_LLM_KIND", "openai"),
            ("NEW_ONE_API_KEY_FILE", "/key"),
            ("NEW_ONE_KIND", "tei"),
        ] {
            backends
                .set(variable, text)
                .expect("a key")
                .expect("a value");
        }
        let sections: Vec<_> = backends.iter().collect();
        assert_eq!(sections[0].0, "my-llm");
        assert_eq!(sections[0].1.base_url.as_deref(), Some("http://a"));
        assert_eq!(sections[1].0, "new_one");
        assert_eq!(sections[1].1.kind().expect("a kind"), BackendKind::Tei);
        assert!(backends.set("MY_LLM_COLOUR", "red").is_none());
        assert!(backends.set("BASE_URL", "red").is_none());
        for (variable, text) in [
            ("X_MAX_BATCH", "0"),
            ("X_PER_TOKEN", "yes"),
            ("X_METADATA_TTL", "5"),
        ] {
            backends
                .set(variable, text)
                .expect("a key")
                .expect_err(variable);
        }
    }
}

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
    /// The name of the variable that holds the key: no key stands in a file.
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
    /// Where it stands, for messages.
    #[serde(skip)]
    pub(super) place: String,
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

/// The kinds by their names, which are those of the cargo features, too.
const KINDS: [(&str, BackendKind); 6] = [
    ("openai", BackendKind::OpenAi),
    ("tei", BackendKind::Tei),
    ("tgi", BackendKind::Tgi),
    ("tensorflow-serving", BackendKind::TensorFlowServing),
    ("kserve", BackendKind::KServe),
    ("vertex", BackendKind::Vertex),
];

type Set = fn(&mut BackendSection, &str) -> Result<(), ConfigError>;

/// The keys, and how each is set by a variable.
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
        section.base64_embeddings = Some(switch(text)?);
        Ok(())
    }),
    ("voice", |section, text| {
        section.voice = Some(text.to_owned());
        Ok(())
    }),
    ("max_batch", |section, text| {
        let texts = text
            .parse()
            .map_err(|_| ConfigError::new(format!("`{text}` is no number above zero")))?;
        section.max_batch = Some(texts);
        Ok(())
    }),
    ("per_token", |section, text| {
        section.per_token = Some(switch(text)?);
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

fn switch(text: &str) -> Result<bool, ConfigError> {
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
    /// What is wrong with it, and where.
    pub(crate) fn error(&self, what: impl std::fmt::Display) -> ConfigError {
        ConfigError::new(format!("{}: {what}", self.place))
    }

    /// Which kind it is. Its keys must be ones that this kind has.
    pub(crate) fn kind(&self) -> Result<BackendKind, ConfigError> {
        let known = || KINDS.iter().map(|(name, _)| *name);
        let Some(named) = &self.kind else {
            return Err(self.error(format_args!(
                "no `kind`; help: set it to one of {}",
                list(known())
            )));
        };
        let Some((name, kind)) = KINDS.into_iter().find(|(name, _)| name == named) else {
            let help = did_you_mean(named, known());
            return Err(self.error(format_args!("no kind is named `{named}`; help: {help}")));
        };
        use BackendKind::{KServe, OpenAi, Tei, Vertex};
        for (key, given, of) in [
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
            if given && kind != of {
                return Err(self.error(format_args!(
                    "the kind `{name}` has no key `{key}`; help: take it out, it is one of the kind `{}`",
                    of.name()
                )));
            }
        }
        if self.api_key_env.is_some() && self.api_key_file.is_some() {
            return Err(
                self.error("both `api_key_env` and `api_key_file`; help: take one of them out")
            );
        }
        Ok(kind)
    }
}

/// The services by their names.
#[derive(Debug, Default)]
pub(crate) struct Backends(BTreeMap<String, BackendSection>);

impl Backends {
    /// Takes in a section of the file.
    pub(super) fn add(
        &mut self,
        name: String,
        place: &str,
        mut section: BackendSection,
    ) -> Result<(), ConfigError> {
        let place = format!("{place}: backends.{name}");
        if !is_backend_name(&name) {
            return Err(ConfigError::new(format!(
                "{place}: a backend cannot have this name; help: begin with a lower-case letter, and go on with those, digits, `-` and `_`"
            )));
        }
        section.place = place;
        self.0.insert(name, section);
        Ok(())
    }

    /// Takes in a variable without its `INFERENCE_BACKENDS_`: `NAME_KEY`. `-` in the name of a backend is `_` there.
    /// None where no key is named so; else whether its value could be read.
    pub(super) fn set(&mut self, variable: &str, text: &str) -> Option<Result<(), ConfigError>> {
        // The longest first: `x_api_key_file` is no key `file` of `x_api_key`.
        let (name, set) = KEYS
            .iter()
            .filter_map(|(key, set)| {
                let name = variable
                    .strip_suffix(&key.to_ascii_uppercase())?
                    .strip_suffix('_')?;
                (!name.is_empty()).then_some((name, set))
            })
            .min_by_key(|(name, _)| name.len())?;
        let known = self
            .0
            .keys()
            .find(|known| known.to_ascii_uppercase().replace('-', "_") == name)
            .cloned();
        let name = known.unwrap_or_else(|| name.to_ascii_lowercase());
        let section = self
            .0
            .entry(name)
            .or_insert_with_key(|name| BackendSection {
                place: format!("backends.{name}"),
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
    fn variables_find_their_section_whatever_its_name() {
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

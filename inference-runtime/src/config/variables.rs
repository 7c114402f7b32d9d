use inference_spec::{Key, nearest_variable};

use super::{Backends, Config, ConfigError, operations, units};

type Set = fn(&mut Config, &str) -> Result<(), ConfigError>;

/// Returns the variable of a key of `[defaults]`.
fn default_variable(key: Key) -> String {
    format!("INFERENCE_{}", key.name().to_ascii_uppercase())
}

/// The other variables, each with the function that sets its value.
const VARIABLES: &[(&str, Set)] = &[
    ("INFERENCE_CACHE_STORE", |config, text| {
        config.cache.set("store", text)
    }),
    ("INFERENCE_CACHE_URL", |config, text| {
        config.cache.set("url", text)
    }),
    ("INFERENCE_CACHE_URL_ENV", |config, text| {
        config.cache.set("url_env", text)
    }),
    ("INFERENCE_CACHE_PREFIX", |config, text| {
        config.cache.set("prefix", text)
    }),
    ("INFERENCE_CACHE_PATH", |config, text| {
        config.cache.set("path", text)
    }),
    ("INFERENCE_CACHE_MAX_ENTRIES", |config, text| {
        config.cache.set("max_entries", text)
    }),
    ("INFERENCE_CACHE_MAX_ENTRY_SIZE", |config, text| {
        config.cache.set("max_entry_size", text)
    }),
    ("INFERENCE_CACHE_MAX_SIZE", |config, text| {
        config.cache.set("max_size", text)
    }),
    ("INFERENCE_CACHE_TIMEOUT", |config, text| {
        config.cache.set("timeout", text)
    }),
    ("INFERENCE_CACHE_MEMORY_IN_FRONT", |config, text| {
        config.cache.set("memory_in_front", text)
    }),
    ("INFERENCE_HF_BASE_URL", |config, text| {
        config.hf.base_url = Some(text.to_owned());
        Ok(())
    }),
    ("INFERENCE_HF_HUB_URL", |config, text| {
        config.hf.hub_url = Some(text.to_owned());
        Ok(())
    }),
    ("INFERENCE_HF_BILL_TO", |config, text| {
        config.hf.bill_to = Some(text.to_owned());
        Ok(())
    }),
    ("INFERENCE_HF_MAX_RESPONSE", |config, text| {
        config.hf.max_response = Some(units::parse_size(text)?);
        Ok(())
    }),
    ("INFERENCE_MEDIA_ALLOW_HOSTS", |config, text| {
        config.media.allow_hosts = text.split(',').map(|host| host.trim().to_owned()).collect();
        Ok(())
    }),
    ("INFERENCE_TELEMETRY_RECORD_CONTENT", |config, text| {
        let enabled = text
            .parse()
            .map_err(|_| ConfigError::new(format!("`{text}` is neither `true` nor `false`")))?;
        config.telemetry.record_content = Some(enabled);
        Ok(())
    }),
    ("INFERENCE_MEDIA_MAX_SIZE", |config, text| {
        config.media.max_size = Some(units::parse_size(text)?);
        Ok(())
    }),
];

/// The prefix of the variables of `[backends.NAME]`; the name and a key follow.
const BACKENDS: &str = "INFERENCE_BACKENDS_";

/// Read before the others.
const FILE_VARIABLE: &str = "INFERENCE_CONFIG";

impl Config {
    /// Reads the `INFERENCE_*` variables. Empty ones are ignored; an unknown one is an error, so that a misspelt setting is
    /// not silently ignored.
    pub(super) fn read_variables(
        &mut self,
        variables: impl Iterator<Item = (String, String)>,
    ) -> Result<(), ConfigError> {
        for (name, value) in variables {
            if !name.starts_with("INFERENCE_") || name == FILE_VARIABLE || value.trim().is_empty() {
                continue;
            }
            let backend_outcome = name
                .strip_prefix(BACKENDS)
                .and_then(|rest| self.backends.set(rest, value.trim()));
            if let Some(outcome) = backend_outcome {
                outcome.map_err(|error| ConfigError::new(format!("{name}: {error}")))?;
                continue;
            }
            if name.starts_with(operations::PREFIX) {
                self.operations.set(&name, value.trim())?;
                continue;
            }
            if let Some(key) = Key::ALL.iter().find(|key| default_variable(**key) == name) {
                self.defaults
                    .set_variable(key.name(), value.trim(), &name)?;
                continue;
            }
            let Some((_, set)) = VARIABLES.iter().find(|(variable, _)| *variable == name) else {
                return Err(unknown(&name));
            };
            set(self, value.trim())
                .map_err(|error| ConfigError::new(format!("{name}: {error}")))?;
        }
        Ok(())
    }
}

fn unknown(name: &str) -> ConfigError {
    if name.starts_with(BACKENDS) {
        let keys: Vec<_> = Backends::keys()
            .map(|key| format!("`_{}`", key.to_ascii_uppercase()))
            .collect();
        return ConfigError::new(format!(
            "unknown setting `{name}`; help: write the backend's name after `{BACKENDS}`, followed by one of {}",
            keys.join(", ")
        ));
    }
    let defaults = Key::ALL.iter().map(|key| default_variable(*key));
    let others = VARIABLES.iter().map(|(variable, _)| (*variable).to_owned());
    let known: Vec<String> = defaults
        .chain(others)
        .chain([FILE_VARIABLE.to_owned()])
        .collect();
    let nearest = nearest_variable(name, known.iter().map(String::as_str));
    let help = match nearest {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("choose from {}", known.join(", ")),
    };
    ConfigError::new(format!("unknown setting `{name}`; help: {help}"))
}

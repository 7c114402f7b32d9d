//! The changes that the configuration makes: to one operation, or as defaults of all.

use std::collections::BTreeMap;

use inference_spec::{Fault, Key, Layer, Node, Value, did_you_mean, model::repeated};

use super::{
    ConfigError,
    value::{Offset, Section},
};
use crate::operation::Model;

/// The key of the chain of models, which is not a policy.
const MODEL: &str = "model";

/// The keys that are set, with their origins.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    pub(crate) models: Option<Vec<Model>>,
    pub(crate) layer: Layer,
    /// The origin of each key: a line of the file, or a variable.
    origins: BTreeMap<&'static str, String>,
}

impl Changes {
    /// The names of all keys.
    pub(super) fn keys() -> impl Iterator<Item = &'static str> + Clone {
        std::iter::once(MODEL).chain(Key::ALL.iter().map(|key| key.name()))
    }

    /// Reads a section of the file.
    pub(super) fn read(
        section: Section,
        location: &dyn Fn(usize) -> String,
    ) -> Result<Self, ConfigError> {
        let mut changes = Self::default();
        for entry in section.0 {
            let at = entry.value.site;
            let set = changes.set(&entry.name, entry.name_site, &entry.value, || {
                location(at.0)
            });
            set.map_err(|fault| ConfigError::from(&fault).with_location(location(fault.at.0)))?;
        }
        Ok(changes)
    }

    /// Sets a key from a variable, which overrides the file.
    pub(super) fn set_variable(
        &mut self,
        key: &str,
        text: &str,
        variable: &str,
    ) -> Result<(), ConfigError> {
        let site = Offset::default();
        let node = if key == MODEL {
            let names = text.split(',').map(|name| Node {
                site,
                value: Value::Text(name.trim().to_owned()),
            });
            let value = Value::List(names.collect());
            Node { site, value }
        } else {
            Node::from_variable(text, site)
        };
        let set = self.set(key, site, &node, || variable.to_owned());
        set.map_err(|fault| ConfigError::from(&fault).with_location(variable))
    }

    fn set(
        &mut self,
        name: &str,
        name_site: Offset,
        value: &Node<Offset>,
        origin: impl FnOnce() -> String,
    ) -> Result<(), Fault<Offset>> {
        let key = if name == MODEL {
            self.models = Some(chain(value)?);
            MODEL
        } else if let Some(key) = Key::from_name(name) {
            let mut layer = Layer::new();
            layer.read(key, value)?;
            // A variable replaces the key of the file with all its settings.
            self.layer.copy(key, &layer);
            key.name()
        } else {
            let text = format!("unknown field `{name}`");
            return Err(Fault::new(
                name_site,
                text,
                did_you_mean(name, Self::keys()),
            ));
        };
        self.origins.insert(key, origin());
        Ok(())
    }

    /// Returns the origin of a key, if it is set.
    pub(crate) fn origin(&self, key: &str) -> Option<&str> {
        self.origins.get(key).map(String::as_str)
    }

    /// Returns the keys that are set, with their origins.
    pub(crate) fn origins(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.origins
            .iter()
            .map(|(key, origin)| (*key, origin.as_str()))
    }
}

/// One model, or a chain of them.
fn chain(node: &Node<Offset>) -> Result<Vec<Model>, Fault<Offset>> {
    let not_a_model = |node: &Node<Offset>| {
        Fault::new(
            node.site,
            "`model` accepts a model in quotes, or an array of them",
            "write `model = \"org/name\"`",
        )
    };
    let nodes = match &node.value {
        Value::List(nodes) if nodes.is_empty() => {
            return Err(Fault::new(
                node.site,
                "the array of models is empty",
                "write at least one: `model = [\"org/name\"]`",
            ));
        }
        Value::List(nodes) => nodes.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let mut models: Vec<Model> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let Value::Text(text) = &node.value else {
            return Err(not_a_model(node));
        };
        let model: Model = text
            .parse()
            .map_err(|error: crate::operation::InvalidModel| error.at(node.site))?;
        if models.contains(&model) {
            return Err(repeated(node.site));
        }
        models.push(model);
    }
    Ok(models)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use inference_spec::cases::{DURATIONS, MODELS, RATES, SIZES};
    use inference_spec::units::milliseconds;

    use super::*;
    use crate::config::Config;

    /// Returns the changes of a key with this text. In the file and as a variable, they must be the same.
    fn read(key: &str, text: &str) -> Option<Changes> {
        let file = format!("[operations.x]\n{key} = \"{text}\"\n");
        let config = Config::parse(&file, Path::new("f")).ok();
        let from_file = config.and_then(|config| config.operations.get("x").cloned());
        let mut variable = Changes::default();
        let set = variable.set_variable(key, text, "INFERENCE_X");
        assert_eq!(set.is_ok(), from_file.is_some(), "{key}: {text}");
        let changes = from_file?;
        assert_eq!(changes.layer, variable.layer, "{key}: {text}");
        assert_eq!(changes.models, variable.models, "{key}: {text}");
        Some(changes)
    }

    #[test]
    fn values_are_parsed_as_in_the_shared_cases() {
        for (text, expected) in DURATIONS {
            let read = read("timeout", text).and_then(|changes| changes.layer.timeout.value());
            assert_eq!(read.map(milliseconds), expected.ok(), "{text}");
        }
        for (text, expected) in SIZES {
            let read = read("max_input", text).and_then(|changes| changes.layer.max_input.value());
            assert_eq!(read, expected.ok(), "{text}");
        }
        for (text, expected) in RATES {
            let read =
                read("rate_limit", text).and_then(|changes| changes.layer.rate_limit.value());
            let rate = read.map(|rate| (rate.calls.get(), milliseconds(rate.per)));
            assert_eq!(rate, expected.ok(), "{text}");
        }
    }

    #[test]
    fn models_are_parsed_as_in_the_shared_cases() {
        for (text, expected) in MODELS {
            // A variable may have spaces between the models of a chain.
            if text.trim() != *text {
                continue;
            }
            let models = read("model", text).and_then(|changes| changes.models);
            let model = models.as_deref().and_then(<[Model]>::first);
            let model = model.map(|model| {
                let model = model.reference();
                (model.backend, model.name, model.provider)
            });
            assert_eq!(model, expected.ok(), "{text}");
        }
    }

    #[test]
    fn errors_have_the_line_of_the_wrong_value_or_name() {
        for (file, words) in [
            (
                "[operations.x.cache]\nttl = \"5m\"\nstale_if_error = \"5\"\n",
                "f:3: `5` has no unit",
            ),
            (
                "[operations.x.retry]\n\nattemps = 3\n",
                "f:3: `retry` has no setting `attemps`",
            ),
            (
                "[operations.x]\nmodel = [\n\"org/name\",\n\"org/name\",\n]\n",
                "f:4: this model is already in the chain",
            ),
            (
                "[operations.x]\nscope = \"user\"\n",
                "f:2: unknown field `scope`",
            ),
            (
                "[operations.x]\ncache = { ttl = \"5m\", scope = \"user\" }\n",
                "f:2: `cache` has no setting `scope`",
            ),
            (
                "[operations.x]\nretry = {}\n",
                "f:2: `retry` has no settings; help: write `retry = 2`, or `retry = { attempts = 3 }`",
            ),
        ] {
            let error = Config::parse(file, Path::new("f")).expect_err(file);
            assert!(error.to_string().starts_with(words), "{error}");
        }
    }
}

use std::{borrow::Cow, fmt, str::FromStr};

/// The backend of a model that names none.
pub(crate) const DEFAULT_BACKEND: &str = "hf";

/// A model as the attribute names it: `"[backend::]org/name[:provider]"`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Model {
    backend: Cow<'static, str>,
    name: Cow<'static, str>,
    provider: Option<Cow<'static, str>>,
}

impl Model {
    /// A model by its parts; an empty provider is none.
    #[must_use]
    pub const fn new(backend: &'static str, name: &'static str, provider: &'static str) -> Self {
        Self {
            backend: Cow::Borrowed(backend),
            name: Cow::Borrowed(name),
            provider: if provider.is_empty() {
                None
            } else {
                Some(Cow::Borrowed(provider))
            },
        }
    }

    /// The registered name of the backend that serves it (`hf`).
    #[must_use]
    pub fn backend(&self) -> &str {
        &self.backend
    }

    /// Its name there (`org/name`).
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The provider, where the backend routes to several.
    #[must_use]
    pub fn provider(&self) -> Option<&str> {
        self.provider.as_deref()
    }
}

#[cfg(feature = "metrics")]
impl Model {
    /// The backend's name; that of an annotation is not copied.
    pub(crate) fn shared_backend(&self) -> Cow<'static, str> {
        self.backend.clone()
    }

    /// Its name there; that of an annotation is not copied.
    pub(crate) fn shared_name(&self) -> Cow<'static, str> {
        self.name.clone()
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.backend != DEFAULT_BACKEND {
            write!(f, "{}::", self.backend)?;
        }
        f.write_str(&self.name)?;
        match &self.provider {
            Some(provider) => write!(f, ":{provider}"),
            None => Ok(()),
        }
    }
}

/// A text that names no model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidModel(String);

impl fmt::Display for InvalidModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` names no model; help: write `[backend::]org/name[:provider]`",
            self.0
        )
    }
}

impl std::error::Error for InvalidModel {}

impl FromStr for Model {
    type Err = InvalidModel;

    fn from_str(text: &str) -> Result<Self, InvalidModel> {
        let invalid = || InvalidModel(text.to_owned());
        let (backend, rest) = text.split_once("::").unwrap_or((DEFAULT_BACKEND, text));
        // Only Hugging Face's names end in a provider: elsewhere a colon may be part of the name (`llama3.2:3b`).
        let (name, provider) = match rest.split_once(':') {
            Some((name, provider)) if backend == DEFAULT_BACKEND => (name, Some(provider)),
            _ => (rest, None),
        };
        let plain = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace);
        if !plain(backend) || !plain(name) || !provider.is_none_or(plain) {
            return Err(invalid());
        }
        if backend == DEFAULT_BACKEND {
            let well_formed = |part: &str| {
                !part.is_empty()
                    && !part.starts_with(['.', '-'])
                    && !part.contains("..")
                    && part
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
            };
            if !name
                .split_once('/')
                .is_some_and(|(org, name)| well_formed(org) && well_formed(name))
            {
                return Err(invalid());
            }
        }
        Ok(Self {
            backend: Cow::Owned(backend.to_owned()),
            name: Cow::Owned(name.to_owned()),
            provider: provider.map(|provider| Cow::Owned(provider.to_owned())),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Model;

    #[test]
    fn reads_what_it_prints() {
        for text in [
            "org/name",
            "org/name:groq",
            "local::sentiment",
            "ollama::llama3.2:3b",
        ] {
            let model: Model = text.parse().expect(text);
            assert_eq!(model.to_string(), text);
        }
    }

    #[test]
    fn refuses_what_names_no_model() {
        for text in [
            "",
            "name",
            "org/",
            "/name",
            "a/b/c",
            "org/na me",
            "org/name:",
            "::x",
            "local::",
            "../name",
        ] {
            assert!(text.parse::<Model>().is_err(), "{text}");
        }
    }
}

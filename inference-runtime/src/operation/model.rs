use std::{borrow::Cow, fmt, str::FromStr};

use inference_spec::{
    Fault, TextError,
    model::{HUGGING_FACE, ModelRef},
};

/// The backend of a model without a backend name.
pub(crate) const DEFAULT_BACKEND: &str = HUGGING_FACE;

/// A model reference: `"[backend::]org/name[:provider]"`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Model {
    backend: Cow<'static, str>,
    name: Cow<'static, str>,
    provider: Option<Cow<'static, str>>,
}

impl Model {
    /// Creates a model from its parts. An empty provider means none.
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

    /// The registered name of its backend (`hf`).
    #[must_use]
    pub fn backend(&self) -> &str {
        &self.backend
    }

    /// Its name at the backend (`org/name`).
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The provider, for a backend that routes to several.
    #[must_use]
    pub fn provider(&self) -> Option<&str> {
        self.provider.as_deref()
    }

    /// Its parts, for the shared rules of the annotation.
    pub(crate) fn reference(&self) -> ModelRef<'_> {
        ModelRef {
            backend: &self.backend,
            name: &self.name,
            provider: self.provider.as_deref().unwrap_or_default(),
        }
    }
}

#[cfg(feature = "metrics")]
impl Model {
    /// The backend's name, without copying that of an annotation.
    pub(crate) fn shared_backend(&self) -> Cow<'static, str> {
        self.backend.clone()
    }

    /// Its name at the backend, without copying that of an annotation.
    pub(crate) fn shared_name(&self) -> Cow<'static, str> {
        self.name.clone()
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reference().fmt(f)
    }
}

impl InvalidModel {
    /// Converts the error to a fault at the location of the text.
    pub(crate) fn at<S>(self, site: S) -> Fault<S> {
        self.0.at(site)
    }
}

/// A text that is not a model reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidModel(TextError);

impl fmt::Display for InvalidModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for InvalidModel {}

impl FromStr for Model {
    type Err = InvalidModel;

    fn from_str(text: &str) -> Result<Self, InvalidModel> {
        let model = ModelRef::parse(text).map_err(InvalidModel)?;
        let provider = Some(model.provider).filter(|provider| !provider.is_empty());
        Ok(Self {
            backend: Cow::Owned(model.backend.to_owned()),
            name: Cow::Owned(model.name.to_owned()),
            provider: provider.map(|provider| Cow::Owned(provider.to_owned())),
        })
    }
}

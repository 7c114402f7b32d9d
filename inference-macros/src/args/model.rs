//! `model = "[backend::]org/name[:provider]"`, or an array of them.

use syn::{Expr, LitStr};

use super::given::Argument;
use super::literal::{inner, text};
use super::provider;
use crate::diagnostics::{did_you_mean, error, error_with_help};

/// The backend of a model that names none.
pub(crate) const HUGGING_FACE: &str = "hf";
/// The backend inside the process.
pub(crate) const LOCAL: &str = "local";
/// The models that the process carries.
const LOCAL_MODELS: &[&str] = &["sentiment"];
/// The longest model id that the Hub takes.
const LONGEST_ID: usize = 96;

/// Models that older tutorials call by a bare name, which the Hub has moved.
const MOVED: &[(&str, &str)] = &[
    ("bert-base-uncased", "google-bert/bert-base-uncased"),
    ("bert-base-cased", "google-bert/bert-base-cased"),
    ("bert-large-uncased", "google-bert/bert-large-uncased"),
    (
        "distilbert-base-uncased",
        "distilbert/distilbert-base-uncased",
    ),
    (
        "distilbert-base-uncased-finetuned-sst-2-english",
        "distilbert/distilbert-base-uncased-finetuned-sst-2-english",
    ),
    (
        "distilbert-base-cased-distilled-squad",
        "distilbert/distilbert-base-cased-distilled-squad",
    ),
    ("distilgpt2", "distilbert/distilgpt2"),
    ("distilroberta-base", "distilbert/distilroberta-base"),
    ("gpt2", "openai-community/gpt2"),
    ("roberta-base", "FacebookAI/roberta-base"),
    ("roberta-large-mnli", "FacebookAI/roberta-large-mnli"),
    ("xlm-roberta-base", "FacebookAI/xlm-roberta-base"),
    ("t5-small", "google-t5/t5-small"),
    ("t5-base", "google-t5/t5-base"),
    ("t5-large", "google-t5/t5-large"),
];

/// A chain of models, the first to be asked first. Never empty.
#[derive(Clone)]
pub(crate) struct Models(pub(crate) Vec<Model>);

/// One model.
#[derive(Clone)]
pub(crate) struct Model {
    pub(crate) backend: String,
    pub(crate) name: String,
    /// Empty when none was named.
    pub(crate) provider: String,
    pub(crate) literal: LitStr,
}

impl Argument for Models {
    const EXAMPLE: &'static str = r#"model = "org/name""#;

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        let Expr::Array(array) = inner(value) else {
            return Ok(Self(vec![Model::read(value)?]));
        };
        if array.elems.is_empty() {
            return Err(error_with_help(
                array,
                "no model in the array",
                r#"name at least one: `model = ["org/name"]`"#,
            ));
        }
        let mut models: Vec<Model> = Vec::new();
        let mut failed: Option<syn::Error> = None;
        for element in &array.elems {
            match Model::read(element).and_then(|model| model.unlike(&models)) {
                Ok(model) => models.push(model),
                Err(error) => match &mut failed {
                    Some(first) => first.combine(error),
                    None => failed = Some(error),
                },
            }
        }
        failed.map_or(Ok(Self(models)), Err)
    }
}

impl Model {
    fn read(value: &Expr) -> syn::Result<Self> {
        let literal = text(
            value,
            "`model` takes a model id in quotes, or an array of them",
            r#"write `model = "org/name"`; which model a deployment asks can be set in `inference.toml`"#,
        )?;
        let id = literal.value();
        if id.is_empty() {
            return Err(error_with_help(
                &literal,
                "the model id is empty",
                "write `\"org/name\"`",
            ));
        }
        if id.trim() != id {
            return Err(error_with_help(
                &literal,
                "the model id begins or ends with a space",
                format!("write `\"{}\"`", id.trim()),
            ));
        }
        if let Some(rest) = url(&id) {
            return Err(error_with_help(
                &literal,
                "a model is named by its id, not by a URL",
                format!("write `\"{rest}\"`"),
            ));
        }
        match id.split_once("::") {
            None => Self::hugging_face(&id, &literal),
            Some((HUGGING_FACE, id)) => Self::hugging_face(id, &literal),
            Some((backend, name)) => Self::elsewhere(backend, name, &literal),
        }
    }

    fn hugging_face(id: &str, literal: &LitStr) -> syn::Result<Self> {
        let (name, provider) = id.split_once(':').unwrap_or((id, ""));
        let Some((org, model)) = name.split_once('/') else {
            return Err(without_organisation(name, provider, literal));
        };
        if let Some(wrong) = id_mistake(org, model) {
            return Err(error_with_help(
                literal,
                format!("`{name}` is not a Hugging Face model id: {wrong}"),
                "write `\"org/name\"`, as on the model's page",
            ));
        }
        if id.contains(':') {
            provider::check(provider, literal)?;
        }
        Ok(Self {
            backend: HUGGING_FACE.to_owned(),
            name: name.to_owned(),
            provider: provider.to_owned(),
            literal: literal.clone(),
        })
    }

    fn elsewhere(backend: &str, name: &str, literal: &LitStr) -> syn::Result<Self> {
        let first = backend.starts_with(|c: char| c.is_ascii_lowercase());
        let rest = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
        if !first || !backend.chars().all(rest) {
            return Err(error_with_help(
                literal,
                format!("`{backend}` is not the name of a backend"),
                "it begins with a lower-case letter; lower-case letters, digits, `-` and `_` follow",
            ));
        }
        if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(error(
                literal,
                format!("the model name after `{backend}::` is empty or has a space in it"),
            ));
        }
        if backend == LOCAL && !LOCAL_MODELS.contains(&name) {
            return Err(error_with_help(
                literal,
                format!("there is no local model `{name}`"),
                did_you_mean(name, LOCAL_MODELS.iter().copied()),
            ));
        }
        Ok(Self {
            backend: backend.to_owned(),
            name: name.to_owned(),
            provider: String::new(),
            literal: literal.clone(),
        })
    }

    fn unlike(self, others: &[Self]) -> syn::Result<Self> {
        let key = |model: &Self| {
            (
                model.backend.clone(),
                model.name.clone(),
                model.provider.clone(),
            )
        };
        if others.iter().any(|other| key(other) == key(&self)) {
            return Err(error_with_help(
                &self.literal,
                "this model is already in the chain",
                "asking it again does not help: remove one of the two",
            ));
        }
        Ok(self)
    }
}

/// The id in a URL of the Hub, or something to write in its place.
fn url(id: &str) -> Option<&str> {
    let rest = id.split_once("://").map(|(_, rest)| rest);
    let rest = rest.or_else(|| id.starts_with("huggingface.co/").then_some(id))?;
    let path = rest.split_once('/').map_or("", |(_, path)| path);
    let mut slashes = path.match_indices('/').map(|(at, _)| at);
    let id = match slashes.nth(1) {
        Some(second) => path.get(..second).unwrap_or(path),
        None => path.trim_end_matches('/'),
    };
    Some(if rest.starts_with("huggingface.co/") && id.contains('/') {
        id
    } else {
        "org/name"
    })
}

fn without_organisation(name: &str, provider: &str, literal: &LitStr) -> syn::Error {
    let moved = MOVED.iter().find(|(old, _)| *old == name);
    let help = match moved {
        Some((_, now)) => format!("it is `\"{now}\"` now"),
        None if LOCAL_MODELS.contains(&name) => {
            format!("for the model in the process write `\"{LOCAL}::{name}\"`")
        }
        None if !provider.is_empty() => {
            format!(
                "write `\"org/name\"`; for another backend two colons: `\"{name}::{provider}\"`"
            )
        }
        None => "write `\"org/name\"`, as on the model's page".to_owned(),
    };
    error_with_help(
        literal,
        format!("`{name}` lacks the organisation it belongs to"),
        help,
    )
}

/// What the Hub would not take about an id.
fn id_mistake(org: &str, model: &str) -> Option<String> {
    if org.len() + 1 + model.len() > LONGEST_ID {
        return Some(format!("it is longer than {LONGEST_ID} characters"));
    }
    if model.contains('/') {
        return Some("it has more than one `/`".to_owned());
    }
    for part in [org, model] {
        if part.is_empty() {
            return Some("a side of the `/` is empty".to_owned());
        }
        let strange = |c: &char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
        if let Some(strange) = part.chars().find(strange) {
            return Some(format!("it has a `{}` in it", strange.escape_default()));
        }
        if part.starts_with(['-', '.']) || part.ends_with(['-', '.']) {
            return Some("a part begins or ends with `-` or `.`".to_owned());
        }
        if let Some(double) = ["--", ".."]
            .into_iter()
            .find(|double| part.contains(double))
        {
            return Some(format!("it has `{double}` in it"));
        }
    }
    None
}

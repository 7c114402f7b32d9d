//! Model references: `[backend::]org/name[:provider]`.

use std::{fmt, ops::Range};

use crate::{Fault, Kind, TextError, did_you_mean, providers, tasks};

/// The backend of a model without a backend name.
pub const HUGGING_FACE: &str = "hf";
/// The in-process backend.
pub const LOCAL: &str = "local";
/// The in-process models.
const LOCAL_MODELS: &[&str] = &["sentiment"];
/// The task of these models.
const LOCAL_TASK: &str = tasks::TEXT_CLASSIFICATION;
/// The maximum length of a model id on the Hub.
const LONGEST_ID: usize = 96;

const FORM: &str = "write `\"org/name\"`, as on the model's page";

/// Models that older tutorials refer to without an organisation, and their current ids.
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

/// The parts of a model reference. `Display` writes the reference, without the backend `hf`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelRef<'a> {
    /// The name of the backend.
    pub backend: &'a str,
    /// The model's name at the backend.
    pub name: &'a str,
    /// The provider, or empty if none is named.
    pub provider: &'a str,
}

impl fmt::Display for ModelRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.backend != HUGGING_FACE {
            write!(f, "{}::", self.backend)?;
        }
        f.write_str(self.name)?;
        if !self.provider.is_empty() {
            write!(f, ":{}", self.provider)?;
        }
        Ok(())
    }
}

impl<'a> ModelRef<'a> {
    /// Parses a reference.
    ///
    /// # Errors
    ///
    /// A backend, a name or a provider that is not valid. Names follow the Hub's rules on the backend `hf`, and are free of
    /// spaces elsewhere. Only Hugging Face's names end in a provider: elsewhere a colon may be part of the name.
    pub fn parse(text: &'a str) -> Result<Self, TextError> {
        let whole = 0..text.len();
        let error =
            |text: &str, help: String| TextError::new(Kind::Malformed, whole.clone(), text, help);
        if text.is_empty() {
            return Err(error(
                "the model id is empty",
                "write `\"org/name\"`".into(),
            ));
        }
        if text.trim() != text {
            let help = format!("write `\"{}\"`", text.trim());
            return Err(error("the model id begins or ends with a space", help));
        }
        if let Some(id) = id_in_url(text) {
            let help = format!("write `\"{id}\"`");
            return Err(error("a model is named by its id, not by a URL", help));
        }
        match text.split_once("::") {
            None => Self::hugging_face(text, 0),
            Some((HUGGING_FACE, id)) => Self::hugging_face(id, HUGGING_FACE.len() + 2),
            Some((backend, name)) => Self::elsewhere(backend, name),
        }
    }

    /// Parses the part after the backend, which begins at byte `from` of the text.
    fn hugging_face(id: &'a str, from: usize) -> Result<Self, TextError> {
        let (name, provider) = id.split_once(':').unwrap_or((id, ""));
        let name_at = from..from + name.len();
        let Some((org, model)) = name.split_once('/') else {
            return Err(without_organisation(name, provider, name_at));
        };
        if let Some(wrong) = id_mistake(org, model) {
            let text = format!("`{name}` is not a Hugging Face model id: {wrong}");
            return Err(TextError::new(Kind::Malformed, name_at, text, FORM));
        }
        if id.contains(':') && !providers::is_known(provider) {
            let provider_at = name_at.end + 1..from + id.len();
            return Err(unknown_provider(provider, provider_at));
        }
        Ok(Self {
            backend: HUGGING_FACE,
            name,
            provider,
        })
    }

    fn elsewhere(backend: &'a str, name: &'a str) -> Result<Self, TextError> {
        let backend_at = 0..backend.len();
        let name_at = backend.len() + 2..backend.len() + 2 + name.len();
        if !is_backend_name(backend) {
            return Err(TextError::new(
                Kind::Malformed,
                backend_at,
                format!("`{backend}` is not a valid backend name"),
                "begin with a lower-case letter, followed by lower-case letters, digits, `-` and `_`",
            ));
        }
        if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(TextError::new(
                Kind::Malformed,
                name_at,
                format!("the model name after `{backend}::` is empty or contains a space"),
                format!("write `\"{backend}::name\"`"),
            ));
        }
        if backend == LOCAL && !LOCAL_MODELS.contains(&name) {
            let help = did_you_mean(name, LOCAL_MODELS.iter().copied());
            let text = format!("unknown local model `{name}`");
            return Err(TextError::new(Kind::Unknown, name_at, text, help));
        }
        Ok(Self {
            backend,
            name,
            provider: "",
        })
    }

    /// Checks against the tables that the model can be called for a task: `task` is its tag, `called_as` the tag by which
    /// services are called for it.
    ///
    /// # Errors
    ///
    /// A provider that does not serve the task, or a local model of another task.
    pub fn check_task(&self, task: &str, called_as: &str) -> Result<(), TextError> {
        let error = |text, help| Err(TextError::new(Kind::Unknown, 0..0, text, help));
        if self.backend == LOCAL && task != LOCAL_TASK {
            return error(
                format!("`{self}` does not serve `{task}`"),
                format!(
                    "it serves `{LOCAL_TASK}`; name a model of another backend, such as `{HUGGING_FACE}`"
                ),
            );
        }
        let provider = self.provider;
        // Parsing rejects such a model, but code can create one.
        if self.backend == HUGGING_FACE && !provider.is_empty() && !providers::is_known(provider) {
            return Err(unknown_provider(provider, 0..0));
        }
        if self.backend != HUGGING_FACE
            || provider.is_empty()
            || providers::serves(provider, called_as)
        {
            return Ok(());
        }
        if providers::is_choice(provider) {
            return error(
                format!(
                    "`:{provider}` chooses among the providers of chat models, and `{task}` is not a chat task"
                ),
                "write `:auto` for the first of the account's settings, or name a provider"
                    .to_owned(),
            );
        }
        let serving: Vec<String> = providers::serving(called_as)
            .map(|name| format!("`:{name}`"))
            .collect();
        error(
            format!("`{provider}` does not serve `{task}`"),
            match serving.as_slice() {
                [] => format!("no provider does: remove `:{provider}`"),
                [one] => format!("{one} does"),
                several => format!("these do: {}", several.join(", ")),
            },
        )
    }
}

fn unknown_provider(provider: &str, at: Range<usize>) -> TextError {
    let text = format!("unknown provider `{provider}`");
    let help = did_you_mean(provider, providers::names());
    TextError::new(Kind::Unknown, at, text, help)
}

/// Returns the fault of a model that is already in its chain.
pub fn repeated<S>(at: S) -> Fault<S> {
    let help = "calling it again does not help: remove one of the two";
    Fault::new(at, "this model is already in the chain", help)
}

/// Checks a pattern of `allow(model = …)`: a model, or a prefix followed by `*`. Returns it as models are displayed.
///
/// # Errors
///
/// A pattern that is empty, or has a `*` or a space where it is not allowed.
pub fn pattern(text: &str) -> Result<&str, TextError> {
    let exact = text.strip_suffix('*').unwrap_or(text);
    let wrong = if text.is_empty() {
        "the pattern is empty"
    } else if exact.contains('*') {
        "`*` can only be the end of a pattern"
    } else if exact.contains(char::is_whitespace) {
        "a model cannot contain spaces"
    } else {
        let hugging_face = text.strip_prefix(HUGGING_FACE);
        return Ok(hugging_face
            .and_then(|rest| rest.strip_prefix("::"))
            .unwrap_or(text));
    };
    Err(TextError::new(
        Kind::Malformed,
        0..text.len(),
        wrong,
        "write a model, or a prefix followed by `*`: `\"org/name\"`, `\"org/*\"`, `\"local::*\"`",
    ))
}

/// Whether this is a valid name for a backend.
#[must_use]
pub fn is_backend_name(name: &str) -> bool {
    let rest = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(rest)
}

/// Returns the id in a URL of the Hub, or an example of an id. `None` if the text is not a URL.
fn id_in_url(text: &str) -> Option<&str> {
    let rest = text.split_once("://").map(|(_, rest)| rest);
    let rest = rest.or_else(|| text.starts_with("huggingface.co/").then_some(text))?;
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

fn without_organisation(name: &str, provider: &str, range: Range<usize>) -> TextError {
    let moved = MOVED.iter().find(|(old, _)| *old == name);
    let help = match moved {
        Some((_, now)) => format!("it is `\"{now}\"` now"),
        None if LOCAL_MODELS.contains(&name) => {
            format!("for the in-process model write `\"{LOCAL}::{name}\"`")
        }
        None if !provider.is_empty() => {
            format!(
                "write `\"org/name\"`; for another backend two colons: `\"{name}::{provider}\"`"
            )
        }
        None => FORM.to_owned(),
    };
    let text = format!("`{name}` lacks its organisation");
    TextError::new(Kind::NoOrganisation, range, text, help)
}

/// Returns the rule of the Hub that an id breaks.
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
            return Some(format!("it contains `{}`", strange.escape_default()));
        }
        if part.starts_with(['-', '.']) || part.ends_with(['-', '.']) {
            return Some("a part begins or ends with `-` or `.`".to_owned());
        }
        let double = ["--", ".."].into_iter().find(|two| part.contains(two));
        if let Some(double) = double {
            return Some(format!("it contains `{double}`"));
        }
    }
    None
}

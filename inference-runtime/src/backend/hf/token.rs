//! The token: where it is looked for, and whose it is.

use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
};

use secrecy::SecretString;

use crate::{
    ConfigError,
    backend::http::{Credential, Unsendable},
};

/// A token as it can be sent.
///
/// # Errors
///
/// Where it holds what no header can. The message does not repeat it.
pub(super) fn sendable(raw: &SecretString) -> Result<Credential, ConfigError> {
    Credential::bearer(raw).map_err(|Unsendable| {
        ConfigError::new(
            "the token of Hugging Face holds characters that no token has; help: copy it again into `HF_TOKEN`, without quotes or spaces",
        )
    })
}

/// Whether it is one of Hugging Face's own, and not of another service.
pub(super) fn is_hugging_faces(token: &Credential) -> bool {
    token.starts_with("hf_")
}

/// What the environment says.
pub(super) enum Found {
    /// A token, as it was written.
    Token(SecretString),
    /// There is none: one sentence with what to do.
    Nothing(String),
}

/// Looks for the token where the official client does: `HF_TOKEN`, `HUGGING_FACE_HUB_TOKEN`, then the file that
/// `hf auth login` writes.
pub(super) fn find(variable: impl Fn(&str) -> Option<OsString>, home: Option<PathBuf>) -> Found {
    let text = |name| variable(name).map(|value| value.to_string_lossy().trim().to_owned());
    let path = |name| {
        variable(name)
            .filter(|value| !value.is_empty())
            .map(|value| expand(PathBuf::from(value), home.as_deref()))
    };
    if text("HF_HUB_DISABLE_IMPLICIT_TOKEN").is_some_and(|value| is_true(&value)) {
        return Found::Nothing(
            "`HF_HUB_DISABLE_IMPLICIT_TOKEN` forbids the use of the token in the environment; help: unset it, or give the token to `HuggingFace::builder().token(…)`".to_owned(),
        );
    }
    for name in ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"] {
        if let Some(token) = text(name).filter(|token| !token.is_empty()) {
            return Found::Token(SecretString::from(token));
        }
    }
    let file = path("HF_TOKEN_PATH").or_else(|| {
        let folder = path("HF_HOME").or_else(|| {
            let cache = path("XDG_CACHE_HOME").or_else(|| Some(home.as_ref()?.join(".cache")))?;
            Some(cache.join("huggingface"))
        })?;
        Some(folder.join("token"))
    });
    match file.map(std::fs::read_to_string) {
        Some(Ok(token)) if !token.trim().is_empty() => Found::Token(SecretString::from(token)),
        Some(Err(error)) if error.kind() != io::ErrorKind::NotFound => Found::Nothing(format!(
            "the file with Hugging Face's token cannot be read ({}); help: set `HF_TOKEN`, or make the file readable",
            error.kind()
        )),
        _ => Found::Nothing(NO_TOKEN.to_owned()),
    }
}

/// What a program without a token is told.
pub(super) const NO_TOKEN: &str = "there is no token for Hugging Face; help: set `HF_TOKEN` to one that has the permission \"Make calls to Inference Providers\" (make it at https://huggingface.co/settings/tokens)";

/// The values that the official client takes for yes.
fn is_true(value: &str) -> bool {
    ["1", "ON", "YES", "TRUE"]
        .iter()
        .any(|yes| value.eq_ignore_ascii_case(yes))
}

/// `~/…` is in the home folder: no shell has seen a path from a `.env` file.
fn expand(path: PathBuf, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path,
    }
}

#[cfg(test)]
mod tests;

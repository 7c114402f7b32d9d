//! Looks up Hugging Face's token, and checks whose it is.

use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
};

use secrecy::SecretString;

use crate::{
    ConfigError,
    backend::http::{Credential, InvalidSecret},
};

/// Returns a token as a credential.
///
/// # Errors
///
/// If it is not a valid header value. The message does not repeat it.
pub(super) fn to_credential(raw: &SecretString) -> Result<Credential, ConfigError> {
    Credential::bearer(raw).map_err(|InvalidSecret| {
        ConfigError::new(
            "the token of Hugging Face contains invalid characters; help: copy it again into `HF_TOKEN`, without quotes or spaces",
        )
    })
}

/// Returns whether a token is one of Hugging Face's, and not of another service.
pub(super) fn is_hugging_face_token(token: &Credential) -> bool {
    token.starts_with("hf_")
}

/// The result of a token lookup.
pub(super) enum TokenLookup {
    /// A token, as it was written.
    Found(SecretString),
    /// No token; one sentence with help.
    Missing(String),
}

/// Looks up the token where the official client does: `HF_TOKEN`, `HUGGING_FACE_HUB_TOKEN`, then the file that
/// `hf auth login` writes.
pub(super) fn find(
    variable: impl Fn(&str) -> Option<OsString>,
    home: Option<PathBuf>,
) -> TokenLookup {
    let text = |name| variable(name).map(|value| value.to_string_lossy().trim().to_owned());
    let path = |name| {
        variable(name)
            .filter(|value| !value.is_empty())
            .map(|value| expand(PathBuf::from(value), home.as_deref()))
    };
    if text("HF_HUB_DISABLE_IMPLICIT_TOKEN").is_some_and(|value| is_true(&value)) {
        return TokenLookup::Missing(
            "`HF_HUB_DISABLE_IMPLICIT_TOKEN` disables the token in the environment; help: unset it, or pass the token to `HuggingFace::builder().token(…)`".to_owned(),
        );
    }
    for name in ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"] {
        if let Some(token) = text(name).filter(|token| !token.is_empty()) {
            return TokenLookup::Found(SecretString::from(token));
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
        Some(Ok(token)) if !token.trim().is_empty() => {
            TokenLookup::Found(SecretString::from(token))
        }
        Some(Err(error)) if error.kind() != io::ErrorKind::NotFound => {
            TokenLookup::Missing(format!(
                "the file with Hugging Face's token cannot be read ({}); help: set `HF_TOKEN`, or make the file readable",
                error.kind()
            ))
        }
        _ => TokenLookup::Missing(NO_TOKEN.to_owned()),
    }
}

/// The message if no token is configured.
pub(super) const NO_TOKEN: &str = "there is no token for Hugging Face; help: set `HF_TOKEN` to one that has the permission \"Make calls to Inference Providers\" (create it at https://huggingface.co/settings/tokens)";

/// Returns whether the official client reads this value as true.
fn is_true(value: &str) -> bool {
    ["1", "ON", "YES", "TRUE"]
        .iter()
        .any(|yes| value.eq_ignore_ascii_case(yes))
}

/// Expands `~/…` to the home folder: a path from a `.env` file has not been expanded by a shell.
fn expand(path: PathBuf, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path,
    }
}

#[cfg(test)]
mod tests;

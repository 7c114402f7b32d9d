//! `inference.toml` and the `INFERENCE_*` variables.

mod backends;
mod cache;
mod changes;
mod error;
mod file;
#[cfg(feature = "_fuzz")]
pub(crate) mod fuzz;
mod operations;
mod units;
mod value;
mod variables;

use std::path::PathBuf;

use inference_spec::nearest;

pub(crate) use backends::{BackendKind, BackendSection, Backends};
pub(crate) use cache::{CacheSection, StoreKind};
pub(crate) use changes::Changes;
pub use error::ConfigError;
pub(crate) use file::Config;
#[cfg(feature = "hf")]
pub(crate) use file::HfSection;
pub(crate) use operations::Operations;

/// The file looked for where `INFERENCE_CONFIG` names none.
const DEFAULT_FILE: &str = "inference.toml";

impl Config {
    /// Reads the file, where there is one, and then the variables, which have the last word.
    pub(crate) fn from_env() -> Result<Self, ConfigError> {
        let named = std::env::var_os("INFERENCE_CONFIG")
            .filter(|path| !path.is_empty())
            .map(PathBuf::from);
        let must_be_there = named.is_some();
        let path = named.unwrap_or_else(|| PathBuf::from(DEFAULT_FILE));
        let mut config = match std::fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text, &path)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !must_be_there => {
                Self::default()
            }
            Err(error) => {
                return Err(ConfigError::new(format!(
                    "`{}` cannot be read: {error}",
                    path.display()
                )));
            }
        };
        config.read_variables(std::env::vars())?;
        Ok(config)
    }
}

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

/// The file that is read if `INFERENCE_CONFIG` is not set.
const DEFAULT_FILE: &str = "inference.toml";

impl Config {
    /// Reads the file, if there is one, and then the variables, which override it.
    pub(crate) fn from_env() -> Result<Self, ConfigError> {
        let path = std::env::var_os("INFERENCE_CONFIG")
            .filter(|path| !path.is_empty())
            .map(PathBuf::from);
        let is_required = path.is_some();
        let path = path.unwrap_or_else(|| PathBuf::from(DEFAULT_FILE));
        let mut config = match std::fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text, &path)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !is_required => {
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

//! Fuzz targets of the configuration.

use std::path::Path;

use super::Config;

/// Parses the text of an `inference.toml`.
pub fn configuration_files(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = Config::parse(text, Path::new("inference.toml"));
    }
}

/// Reads variables, one per line as `NAME=value`, without a file.
pub fn configuration_variables(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let variables = text.lines().filter_map(|line| {
        let (name, value) = line.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    });
    // Also one at a time: reading stops at the first mistake.
    for variable in variables.clone() {
        let _ = Config::default().read_variables(std::iter::once(variable));
    }
    let _ = Config::default().read_variables(variables);
}

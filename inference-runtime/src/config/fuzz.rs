//! Settings as somebody may write them.

use std::path::Path;

use super::Config;

/// The text of an `inference.toml`.
pub fn configuration_files(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = Config::parse(text, Path::new("inference.toml"));
    }
}

/// Variables, one a line as `NAME=value`, over those of a file that says nothing.
pub fn configuration_variables(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let variables = text.lines().filter_map(|line| {
        let (name, value) = line.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    });
    // One at a time as well: the first mistake stops the start.
    for variable in variables.clone() {
        let _ = Config::default().read_variables(std::iter::once(variable));
    }
    let _ = Config::default().read_variables(variables);
}

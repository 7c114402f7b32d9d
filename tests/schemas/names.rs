//! The names in a schema or a value: `inputs.question`, and `[].label` for each item of a list.

use std::collections::BTreeSet;

use serde_json::Value;

#[derive(Default)]
pub(crate) struct Names {
    paths: BTreeSet<String>,
    /// Paths below which any name is allowed.
    open_paths: BTreeSet<String>,
}

impl Names {
    /// Adds `name` at a path, and returns the new path.
    pub(crate) fn add(&mut self, path: &str, name: &str) -> String {
        let path = if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        };
        self.paths.insert(path.clone());
        path
    }

    /// Allows any name below this path.
    pub(crate) fn allow_any(&mut self, path: &str) {
        self.open_paths.insert(path.to_owned());
    }

    /// Returns every name in a value.
    pub(crate) fn from_value(value: &Value) -> Self {
        let mut names = Self::default();
        names.collect(value, "");
        names
    }

    fn collect(&mut self, value: &Value, path: &str) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    let path = self.add(path, name);
                    self.collect(member, &path);
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.collect(item, &format!("{path}[]"));
                }
            }
            _ => {}
        }
    }

    /// Returns the names in `self` that are not in `other`. If a whole object is missing, its members are not listed.
    pub(crate) fn without<'n>(&'n self, other: &'n Self) -> impl Iterator<Item = &'n str> {
        let missing = |path: &str| {
            !other.paths.contains(path)
                && !ancestors(path).any(|ancestor| other.open_paths.contains(ancestor))
        };
        self.paths
            .iter()
            .map(String::as_str)
            .filter(move |path| missing(path))
            .filter(move |path| {
                !ancestors(path).any(|ancestor| self.paths.contains(ancestor) && missing(ancestor))
            })
    }
}

/// Returns the parents of a path: of `a[].b` they are `a[]`, `a` and the root.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| {
        let end = match path.strip_suffix("[]") {
            Some(list) => list.len(),
            None => path.rfind('.').unwrap_or(0),
        };
        (!path.is_empty()).then(|| &path[..end])
    })
    .skip(1)
}

//! The names in a schema and in a value: `inputs.question`, and `[].label` for each item of a list.

use std::collections::BTreeSet;

use serde_json::Value;

#[derive(Default)]
pub(crate) struct Names {
    named: BTreeSet<String>,
    /// Where names are the caller's own.
    free: BTreeSet<String>,
}

impl Names {
    /// Adds what is called `name` in a place, and tells its own place.
    pub(crate) fn add(&mut self, place: &str, name: &str) -> String {
        let place = if place.is_empty() {
            name.to_owned()
        } else {
            format!("{place}.{name}")
        };
        self.named.insert(place.clone());
        place
    }

    /// Everything may stand in this place.
    pub(crate) fn free(&mut self, place: &str) {
        self.free.insert(place.to_owned());
    }

    /// Every name in a value.
    pub(crate) fn of(value: &Value) -> Self {
        let mut names = Self::default();
        names.collect(value, "");
        names
    }

    fn collect(&mut self, value: &Value, place: &str) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    let place = self.add(place, name);
                    self.collect(member, &place);
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.collect(item, &format!("{place}[]"));
                }
            }
            _ => {}
        }
    }

    /// What is named here and not there. Of what is missing as a whole, the parts are not told.
    pub(crate) fn without<'n>(&'n self, there: &'n Self) -> impl Iterator<Item = &'n str> {
        let missing = |place: &str| {
            !there.named.contains(place)
                && !ancestors(place).any(|ancestor| there.free.contains(ancestor))
        };
        self.named
            .iter()
            .map(String::as_str)
            .filter(move |place| missing(place))
            .filter(move |place| {
                !ancestors(place).any(|ancestor| self.named.contains(ancestor) && missing(ancestor))
            })
    }
}

/// The places that a place is in: of `a[].b` they are `a[]`, `a` and the root.
fn ancestors(place: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(place), |place| {
        let end = match place.strip_suffix("[]") {
            Some(list) => list.len(),
            None => place.rfind('.').unwrap_or(0),
        };
        (!place.is_empty()).then(|| &place[..end])
    })
    .skip(1)
}

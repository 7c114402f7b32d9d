//! Reads an answer piece by piece. Services send many shapes, and what fits none of them must be named by its
//! place and its kind: an operator gets ``expected a number at `[0].score`, found null``.

use std::fmt;

use serde_json::Value;

use super::DecodeError;

/// A piece of an answer that is not what it should be.
#[derive(Debug)]
pub(super) struct Mismatch {
    /// From the piece outwards: readers add their step on the way back.
    path: Vec<Step>,
    message: Message,
}

#[derive(Debug)]
enum Step {
    Field(&'static str),
    Index(usize),
}

#[derive(Debug)]
enum Message {
    Expected {
        what: &'static str,
        found: String,
    },
    /// A sentence of its own.
    Wrong(String),
}

pub(super) type Read<T> = Result<T, Mismatch>;

impl Mismatch {
    pub(super) fn expected(what: &'static str, found: &Value) -> Self {
        Self {
            path: Vec::new(),
            message: Message::Expected {
                what,
                found: kind(found),
            },
        }
    }

    pub(super) fn wrong(sentence: impl Into<String>) -> Self {
        Self {
            path: Vec::new(),
            message: Message::Wrong(sentence.into()),
        }
    }

    pub(super) fn under(mut self, name: &'static str) -> Self {
        self.path.push(Step::Field(name));
        self
    }

    pub(super) fn at(mut self, index: usize) -> Self {
        self.path.push(Step::Index(index));
        self
    }

    fn place(&self) -> String {
        let mut place = String::new();
        for step in self.path.iter().rev() {
            match step {
                Step::Index(index) => place.push_str(&format!("[{index}]")),
                Step::Field(name) => {
                    if !place.is_empty() {
                        place.push('.');
                    }
                    place.push_str(name);
                }
            }
        }
        place
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place();
        match (&self.message, place.is_empty()) {
            (Message::Expected { what, found }, true) => {
                write!(f, "expected {what}, found {found}")
            }
            (Message::Expected { what, found }, false) => {
                write!(f, "expected {what} at `{place}`, found {found}")
            }
            (Message::Wrong(sentence), true) => f.write_str(sentence),
            (Message::Wrong(sentence), false) => write!(f, "{sentence}, at `{place}`"),
        }
    }
}

impl From<Mismatch> for DecodeError {
    fn from(mismatch: Mismatch) -> Self {
        Self::unexpected(mismatch.to_string())
    }
}

/// What a value is, in words. Keys of an object tell an operator more than that it is one: `{"error": …}`.
fn kind(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "a boolean".to_owned(),
        Value::Number(_) => "a number".to_owned(),
        Value::String(_) => "text".to_owned(),
        Value::Array(items) if items.is_empty() => "an empty list".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(fields) if fields.is_empty() => "an empty object".to_owned(),
        Value::Object(fields) => {
            // The map's own order depends on what else the program is built with.
            let mut names: Vec<_> = fields.keys().collect();
            names.sort_unstable();
            let keys: Vec<_> = names
                .into_iter()
                .take(5)
                .map(|key| format!("`{}`", key.chars().take(40).collect::<String>()))
                .collect();
            let more = if fields.len() > keys.len() {
                ", …"
            } else {
                ""
            };
            format!("an object of {}{more}", keys.join(", "))
        }
    }
}

pub(super) fn text(value: &Value) -> Read<String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        other => Err(Mismatch::expected("text", other)),
    }
}

/// A finite number.
pub(super) fn number(value: &Value) -> Read<f64> {
    value
        .as_f64()
        .filter(|number| number.is_finite())
        .ok_or_else(|| Mismatch::expected("a finite number", value))
}

/// A finite number in single precision.
pub(super) fn single(value: &Value) -> Read<f32> {
    // Models compute in single precision: the text holds no more.
    let number = number(value)? as f32;
    if number.is_finite() {
        Ok(number)
    } else {
        Err(Mismatch::wrong("a number too large for single precision"))
    }
}

/// A position or a count. Some services write `3.0`.
pub(super) fn index(value: &Value) -> Read<usize> {
    let whole = value.as_u64().or_else(|| {
        value
            .as_f64()
            .filter(|number| number.fract() == 0.0 && (0.0..1e15).contains(number))
            .map(|number| number as u64)
    });
    whole
        .and_then(|number| usize::try_from(number).ok())
        .ok_or_else(|| Mismatch::expected("a whole number from 0", value))
}

/// The field of an object.
pub(super) fn field<T>(
    object: &Value,
    name: &'static str,
    read: impl FnOnce(&Value) -> Read<T>,
) -> Read<T> {
    match object {
        Value::Object(fields) => match fields.get(name) {
            Some(value) => read(value).map_err(|mismatch| mismatch.under(name)),
            None => Err(Mismatch::wrong(format!(
                "expected the field `{name}`, found {}",
                kind(object)
            ))),
        },
        other => Err(Mismatch::expected("an object", other)),
    }
}

/// The field of an object, where it is there and not null.
pub(super) fn optional<T>(
    object: &Value,
    name: &'static str,
    read: impl FnOnce(&Value) -> Read<T>,
) -> Read<Option<T>> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => read(value)
            .map(Some)
            .map_err(|mismatch| mismatch.under(name)),
    }
}

/// Every item of a list.
pub(super) fn each<T>(
    value: &Value,
    expected: &'static str,
    read: impl Fn(&Value) -> Read<T>,
) -> Read<Vec<T>> {
    match value {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| read(item).map_err(|mismatch| mismatch.at(index)))
            .collect(),
        other => Err(Mismatch::expected(expected, other)),
    }
}

/// What a pipeline answers to one input: a list, the list alone in a list for the one input, or an object where
/// the list would have one item.
pub(super) fn answers<T>(
    value: &Value,
    expected: &'static str,
    read: impl Fn(&Value) -> Read<T>,
) -> Read<Vec<T>> {
    match value {
        Value::Object(_) => Ok(vec![read(value)?]),
        Value::Array(batch) if batch.iter().any(Value::is_array) => match batch.as_slice() {
            [one] => each(one, expected, read).map_err(|mismatch| mismatch.at(0)),
            more => Err(Mismatch::wrong(format!(
                "expected the answer to one input, found a list of {}",
                more.len()
            ))),
        },
        _ => each(value, expected, read),
    }
}

/// At least one of what [`answers`] reads.
pub(super) fn some_answers<T>(
    value: &Value,
    expected: &'static str,
    read: impl Fn(&Value) -> Read<T>,
) -> Read<Vec<T>> {
    let all = answers(value, expected, read)?;
    if all.is_empty() {
        return Err(Mismatch::expected(expected, &Value::Array(Vec::new())));
    }
    Ok(all)
}

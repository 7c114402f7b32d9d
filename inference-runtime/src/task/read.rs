//! Reads a response value by value. Services send many forms; a mismatch is reported with its path and kind, as in
//! ``expected a number at `[0].score`, found null``.

use std::fmt;

use serde_json::Value;

use super::DecodeError;

/// A value in a response that is not of the expected form.
#[derive(Debug)]
pub(super) struct Mismatch {
    /// From the innermost step outwards: readers add their step while returning.
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
    /// Any other message.
    Other(String),
}

pub(super) type ReadResult<T> = Result<T, Mismatch>;

impl Mismatch {
    pub(super) fn expected(what: &'static str, found: &Value) -> Self {
        Self {
            path: Vec::new(),
            message: Message::Expected {
                what,
                found: describe(found),
            },
        }
    }

    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            path: Vec::new(),
            message: Message::Other(message.into()),
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

    fn path(&self) -> String {
        let mut path = String::new();
        for step in self.path.iter().rev() {
            match step {
                Step::Index(index) => path.push_str(&format!("[{index}]")),
                Step::Field(name) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(name);
                }
            }
        }
        path
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path();
        match (&self.message, path.is_empty()) {
            (Message::Expected { what, found }, true) => {
                write!(f, "expected {what}, found {found}")
            }
            (Message::Expected { what, found }, false) => {
                write!(f, "expected {what} at `{path}`, found {found}")
            }
            (Message::Other(message), true) => f.write_str(message),
            (Message::Other(message), false) => write!(f, "{message}, at `{path}`"),
        }
    }
}

impl From<Mismatch> for DecodeError {
    fn from(mismatch: Mismatch) -> Self {
        Self::unexpected(mismatch.to_string())
    }
}

/// Describes a value. The keys of an object are named, since they help the operator: `{"error": …}`.
fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "a boolean".to_owned(),
        Value::Number(_) => "a number".to_owned(),
        Value::String(_) => "text".to_owned(),
        Value::Array(items) if items.is_empty() => "an empty list".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(fields) if fields.is_empty() => "an empty object".to_owned(),
        Value::Object(fields) => {
            // The map's own order depends on serde_json's features in the program.
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

pub(super) fn text(value: &Value) -> ReadResult<String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        other => Err(Mismatch::expected("text", other)),
    }
}

/// Reads a finite number.
pub(super) fn number(value: &Value) -> ReadResult<f64> {
    value
        .as_f64()
        .filter(|number| number.is_finite())
        .ok_or_else(|| Mismatch::expected("a finite number", value))
}

/// Reads a finite number in single precision.
pub(super) fn single(value: &Value) -> ReadResult<f32> {
    // Models compute in single precision, so nothing is lost.
    let number = number(value)? as f32;
    if number.is_finite() {
        Ok(number)
    } else {
        Err(Mismatch::new("a number too large for single precision"))
    }
}

/// Reads a position or a count. Some services write `3.0`.
pub(super) fn index(value: &Value) -> ReadResult<usize> {
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

/// Reads the field of an object.
pub(super) fn field<T>(
    object: &Value,
    name: &'static str,
    read: impl FnOnce(&Value) -> ReadResult<T>,
) -> ReadResult<T> {
    match object {
        Value::Object(fields) => match fields.get(name) {
            Some(value) => read(value).map_err(|mismatch| mismatch.under(name)),
            None => Err(Mismatch::new(format!(
                "expected the field `{name}`, found {}",
                describe(object)
            ))),
        },
        other => Err(Mismatch::expected("an object", other)),
    }
}

/// Reads the field of an object, if it is present and not null.
pub(super) fn optional<T>(
    object: &Value,
    name: &'static str,
    read: impl FnOnce(&Value) -> ReadResult<T>,
) -> ReadResult<Option<T>> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => read(value)
            .map(Some)
            .map_err(|mismatch| mismatch.under(name)),
    }
}

/// Reads every item of a list.
pub(super) fn each<T>(
    value: &Value,
    expected: &'static str,
    read: impl Fn(&Value) -> ReadResult<T>,
) -> ReadResult<Vec<T>> {
    match value {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| read(item).map_err(|mismatch| mismatch.at(index)))
            .collect(),
        other => Err(Mismatch::expected(expected, other)),
    }
}

/// Reads a pipeline's response for one input: a list, a list within a list for the one input, or an object in place of a
/// list of one item.
pub(super) fn answers<T>(
    value: &Value,
    expected: &'static str,
    read: impl Fn(&Value) -> ReadResult<T>,
) -> ReadResult<Vec<T>> {
    match value {
        Value::Object(_) => Ok(vec![read(value)?]),
        Value::Array(batch) if batch.iter().any(Value::is_array) => match batch.as_slice() {
            [one] => each(one, expected, read).map_err(|mismatch| mismatch.at(0)),
            more => Err(Mismatch::new(format!(
                "expected the answer to one input, found a list of {}",
                more.len()
            ))),
        },
        _ => each(value, expected, read),
    }
}

/// Like [`answers`], but requires at least one item.
pub(super) fn non_empty_answers<T>(
    value: &Value,
    expected: &'static str,
    read: impl Fn(&Value) -> ReadResult<T>,
) -> ReadResult<Vec<T>> {
    let all = answers(value, expected, read)?;
    if all.is_empty() {
        return Err(Mismatch::expected(expected, &Value::Array(Vec::new())));
    }
    Ok(all)
}

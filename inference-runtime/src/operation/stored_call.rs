use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use crate::{ErrorKind, InferenceError};

/// A call as JSON: the name of an operation, the task's input and parameters, and the values of `cache(scope = …)` and
/// `cache(key = …)`.
///
/// [`Call::store`](crate::Call::store) creates one from a call, and [`Inference::run`](crate::Inference::run) makes the
/// prediction. In between it can be written to a queue or a file: it serializes to
/// `{"operation": …, "input": …, "parameters": …, "scope": …, "key": …}`, of which all but `operation` and `input` may be
/// absent.
///
/// ```
/// use inference_runtime::operation::StoredCall;
///
/// # fn main() -> Result<(), inference_runtime::InferenceError> {
/// let call = StoredCall::new("shop::sentiment", "Great value.")?
///     .with_parameters(&serde_json::json!({"top_k": 1}))?
///     .with_scope("tenant-7")?;
/// assert_eq!(call.operation(), "shop::sentiment");
/// assert_eq!(call.input().get(), r#""Great value.""#);
/// # Ok(()) }
/// ```
// Each value is the JSON text, not a parsed value: the columns of a table keep their order, and a scope keeps the
// spelling that the cache key is made of.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct StoredCall {
    operation: String,
    input: Box<RawValue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parameters: Option<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<Box<RawValue>>,
}

impl StoredCall {
    /// Creates a stored call of an operation with an input of its task: a string for a task on text, base64, a data URL
    /// or an address for a task on media.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) if the input cannot be written as JSON.
    pub fn new<I: Serialize + ?Sized>(
        operation: impl Into<String>,
        input: &I,
    ) -> Result<Self, InferenceError> {
        let operation = operation.into();
        let input = to_json(&operation, "input", input)?;
        Ok(Self {
            operation,
            input,
            parameters: None,
            scope: None,
            key: None,
        })
    }

    /// Sets the task's parameters, an object.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) if they cannot be written as JSON.
    pub fn with_parameters<P: Serialize + ?Sized>(
        mut self,
        parameters: &P,
    ) -> Result<Self, InferenceError> {
        self.parameters = Some(to_json(&self.operation, "parameters", parameters)?);
        Ok(self)
    }

    /// Shares the answer only within this scope.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) if it cannot be written as JSON.
    pub fn with_scope<S: Serialize + ?Sized>(mut self, scope: &S) -> Result<Self, InferenceError> {
        self.scope = Some(to_json(&self.operation, "scope", scope)?);
        Ok(self)
    }

    /// Uses this value in the cache key instead of the input.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) if it cannot be written as JSON.
    pub fn with_key<K: Serialize + ?Sized>(mut self, key: &K) -> Result<Self, InferenceError> {
        self.key = Some(to_json(&self.operation, "key", key)?);
        Ok(self)
    }

    /// The name of the operation.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// The task's input.
    #[must_use]
    pub fn input(&self) -> &RawValue {
        &self.input
    }

    /// The task's parameters. `None` leaves all of them to the model.
    #[must_use]
    pub fn parameters(&self) -> Option<&RawValue> {
        self.parameters.as_deref()
    }

    /// The value of `cache(scope = …)`.
    #[must_use]
    pub fn scope(&self) -> Option<&RawValue> {
        self.scope.as_deref()
    }

    /// The value of `cache(key = …)`.
    #[must_use]
    pub fn key(&self) -> Option<&RawValue> {
        self.key.as_deref()
    }
}

/// Prints no prompt and no media: the operation and the size of the rest in bytes.
impl fmt::Debug for StoredCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = |json: &RawValue| json.get().len();
        f.debug_struct("StoredCall")
            .field("operation", &self.operation)
            .field("input_bytes", &size(&self.input))
            .field("parameters_bytes", &self.parameters().map_or(0, size))
            .field("scope", &self.scope.is_some())
            .field("key", &self.key.is_some())
            .finish()
    }
}

impl PartialEq for StoredCall {
    fn eq(&self, other: &Self) -> bool {
        let parts = |call: &Self| {
            let Self {
                input,
                parameters,
                scope,
                key,
                ..
            } = call;
            [
                Some(input),
                parameters.as_ref(),
                scope.as_ref(),
                key.as_ref(),
            ]
            .map(|json| json.map(|json| json.get().to_owned()))
        };
        self.operation == other.operation && parts(self) == parts(other)
    }
}

impl Eq for StoredCall {}

fn to_json<V: Serialize + ?Sized>(
    operation: &str,
    field: &str,
    value: &V,
) -> Result<Box<RawValue>, InferenceError> {
    to_raw_value(value).map_err(|error| {
        InferenceError::new(
            ErrorKind::InvalidInput,
            format!("the `{field}` of a call of `{operation}` cannot be written as JSON"),
        )
        .with_source(error)
    })
}

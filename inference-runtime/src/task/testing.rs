//! Helpers for the tests of codecs.

use std::fmt::Debug;

use super::{DecodeError, Payload, RawResponse, Task};
use crate::ErrorKind;

pub(super) fn decode<T: Task>(input: &T::Input, body: &str) -> Result<T::Output, DecodeError> {
    let answer = RawResponse {
        body: body.as_bytes(),
        media_type: Some("application/json"),
    };
    T::decode(&answer, input, &T::Parameters::default())
}

/// Asserts that every body decodes to its output, and that the output survives serialization, as in the cache.
pub(super) fn assert_decodes<T: Task>(input: &T::Input, cases: &[(&str, &str, T::Output)])
where
    T::Output: PartialEq + Debug,
{
    for (name, body, expected) in cases {
        let output = decode::<T>(input, body).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(output, *expected, "{name}");
        let json = serde_json::to_vec(&output).expect(name);
        let read: T::Output = serde_json::from_slice(&json).expect(name);
        assert_eq!(read, output, "{name}: serialized and deserialized");
    }
}

/// Asserts that every body is JSON, and rejected with its message.
pub(super) fn assert_rejected<T: Task>(input: &T::Input, cases: &[(&str, &str)])
where
    T::Output: Debug,
{
    for (body, detail) in cases {
        let error = decode::<T>(input, body).expect_err(body);
        assert_eq!(error.to_string(), *detail, "{body}");
        assert!(!error.malformed, "{body}");
    }
}

/// Returns the value of `inputs` for this input.
pub(super) fn inputs<T: Task>(input: &T::Input) -> String {
    let Payload::Json(json) = T::encode(input).expect("an input") else {
        panic!("media are not JSON");
    };
    json.get().to_owned()
}

/// Asserts that this input is a client error.
pub(super) fn assert_input_rejected<T: Task>(input: &T::Input, message: &str) {
    let error = T::encode(input).expect_err(message);
    assert_eq!(error.to_string(), message);
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{message}");
}

/// Asserts that these parameters are a client error.
pub(super) fn assert_parameters_rejected<T: Task>(
    input: &T::Input,
    parameters: &T::Parameters,
    message: &str,
) {
    let error = T::check(input, parameters).expect_err(message);
    assert_eq!(error.to_string(), message);
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{message}");
}

/// Serializes the parameters as in a request.
pub(super) fn wire<P: serde::Serialize>(parameters: &P) -> String {
    serde_json::to_string(parameters).expect("parameters")
}

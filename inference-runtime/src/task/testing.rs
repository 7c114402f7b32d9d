//! What the tests of all codecs do.

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

/// Every body gives the output beside it, and the output is the same when it comes back from a cache.
pub(super) fn decodes<T: Task>(input: &T::Input, cases: &[(&str, &str, T::Output)])
where
    T::Output: PartialEq + Debug,
{
    for (name, body, expected) in cases {
        let output = decode::<T>(input, body).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(output, *expected, "{name}");
        let kept = serde_json::to_vec(&output).expect(name);
        let back: T::Output = serde_json::from_slice(&kept).expect(name);
        assert_eq!(back, output, "{name}: kept and read again");
    }
}

/// Every body is readable and refused, in these words.
pub(super) fn refuses<T: Task>(input: &T::Input, cases: &[(&str, &str)])
where
    T::Output: Debug,
{
    for (body, detail) in cases {
        let error = decode::<T>(input, body).expect_err(body);
        assert_eq!(error.to_string(), *detail, "{body}");
        assert!(!error.malformed, "{body}");
    }
}

/// The value of `inputs` for this input.
pub(super) fn inputs<T: Task>(input: &T::Input) -> String {
    let Payload::Json(json) = T::encode(input).expect("an input") else {
        panic!("media is no JSON");
    };
    json.get().to_owned()
}

/// This input is the caller's mistake.
pub(super) fn refuses_input<T: Task>(input: &T::Input, message: &str) {
    let error = T::encode(input).expect_err(message);
    assert_eq!(error.to_string(), message);
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{message}");
}

/// These parameters are the caller's mistake.
pub(super) fn refuses_parameters<T: Task>(
    input: &T::Input,
    parameters: &T::Parameters,
    message: &str,
) {
    let error = T::check(input, parameters).expect_err(message);
    assert_eq!(error.to_string(), message);
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{message}");
}

/// The parameters on the wire.
pub(super) fn wire<P: serde::Serialize>(parameters: &P) -> String {
    serde_json::to_string(parameters).expect("parameters")
}

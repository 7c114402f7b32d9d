//! The URLs of requests.

use reqwest::Url;

use crate::{InferenceError, backend::http::Endpoint};

/// A method of the server.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Method {
    Predict,
    Classify,
    Regress,
}

impl Method {
    pub(super) const ALL: [Self; 3] = [Self::Predict, Self::Classify, Self::Regress];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Predict => "predict",
            Self::Classify => "classify",
            Self::Regress => "regress",
        }
    }
}

/// `{base}/v1/models/{name}[/versions/{v}|/labels/{l}]:{method}`.
pub(super) fn url(endpoint: &Endpoint, model: &str, method: Method) -> Result<Url, InferenceError> {
    let mut segments =
        segments(model).ok_or_else(|| endpoint.unsupported_request(invalid_name(model)))?;
    if let Some(last) = segments.last_mut() {
        last.push(':');
        last.push_str(method.as_str());
    }
    let path = ["v1", "models"]
        .into_iter()
        .chain(segments.iter().map(String::as_str));
    Ok(endpoint.url(path))
}

/// Checks that a model's name has a valid form.
///
/// # Errors
///
/// Returns a sentence with the valid forms.
pub(super) fn check(model: &str) -> Result<(), String> {
    segments(model)
        .map(|_| ())
        .ok_or_else(|| invalid_name(model))
}

fn invalid_name(model: &str) -> String {
    format!(
        "`{model}` is not the name of a model; help: write `name`, `name/versions/3`, `name/labels/canary` or `name@canary`"
    )
}

fn segments(model: &str) -> Option<Vec<String>> {
    let parts: Vec<&str> = model.split('/').collect();
    let segments = match parts.as_slice() {
        [name] => match name.split_once('@') {
            Some((name, label)) => vec![name, "labels", label],
            None => vec![*name],
        },
        [name, kind @ ("versions" | "labels"), which] => vec![*name, *kind, *which],
        _ => return None,
    };
    segments
        .iter()
        .all(|segment| !segment.is_empty())
        .then(|| segments.into_iter().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::segments;

    #[test]
    fn every_form_of_a_model_name_is_read() {
        for (model, path) in [
            ("half", "half"),
            ("half/versions/3", "half/versions/3"),
            ("half/labels/canary", "half/labels/canary"),
            ("half@canary", "half/labels/canary"),
        ] {
            assert_eq!(segments(model).expect(model).join("/"), path);
        }
        for invalid in [
            "half/3",
            "half/versions",
            "half/versions/3/4",
            "half@",
            "@x",
        ] {
            assert_eq!(segments(invalid), None, "{invalid}");
        }
    }
}

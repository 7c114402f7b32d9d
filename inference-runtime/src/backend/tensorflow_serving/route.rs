//! Where a question goes.

use reqwest::Url;

use crate::{InferenceError, backend::http::Endpoint};

/// What a model is asked to do.
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
pub(super) fn url(remote: &Endpoint, model: &str, method: Method) -> Result<Url, InferenceError> {
    let mut segments = segments(model).ok_or_else(|| remote.unfit(unnamed(model)))?;
    if let Some(last) = segments.last_mut() {
        last.push(':');
        last.push_str(method.as_str());
    }
    let path = ["v1", "models"]
        .into_iter()
        .chain(segments.iter().map(String::as_str));
    Ok(remote.url(path))
}

/// Checks that a model's name has one of the forms that can be asked.
///
/// # Errors
///
/// A sentence with the forms.
pub(super) fn check(model: &str) -> Result<(), String> {
    segments(model).map(|_| ()).ok_or_else(|| unnamed(model))
}

fn unnamed(model: &str) -> String {
    format!(
        "`{model}` names no model; help: write `name`, `name/versions/3`, `name/labels/canary` or `name@canary`"
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
    fn reads_every_way_to_name_a_model() {
        for (model, path) in [
            ("half", "half"),
            ("half/versions/3", "half/versions/3"),
            ("half/labels/canary", "half/labels/canary"),
            ("half@canary", "half/labels/canary"),
        ] {
            assert_eq!(segments(model).expect(model).join("/"), path);
        }
        for none in [
            "half/3",
            "half/versions",
            "half/versions/3/4",
            "half@",
            "@x",
        ] {
            assert_eq!(segments(none), None, "{none}");
        }
    }
}

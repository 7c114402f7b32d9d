//! `runtime = expr` and `crate = path`.

use syn::{Expr, Lit, Path};

use super::given::Argument;
use super::literal::{inner, literal};
use crate::diagnostics::error_with_help;

/// The expression for the `Inference`, used instead of an extractor.
#[derive(Clone)]
pub(crate) struct Runtime(pub(crate) Expr);

impl Argument for Runtime {
    const EXAMPLE: &'static str = "runtime = self.inference";

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        if literal(value).is_some() {
            return Err(error_with_help(
                value,
                "`runtime` accepts an expression that is an `Inference`",
                format!("write `{}`", Self::EXAMPLE),
            ));
        }
        Ok(Self(value.clone()))
    }
}

/// The path of the crate `inference_runtime`.
#[derive(Clone)]
pub(crate) struct CratePath(pub(crate) Path);

impl Argument for CratePath {
    const EXAMPLE: &'static str = "crate = ::inference_runtime";

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        let path = match inner(value) {
            Expr::Path(path) if path.qself.is_none() => Some(path.path.clone()),
            Expr::Lit(_) => match literal(value) {
                Some(Lit::Str(path)) => path.parse().ok(),
                _ => None,
            },
            _ => None,
        };
        let Some(path) = path else {
            return Err(error_with_help(
                value,
                "`crate` accepts the path of `inference_runtime`",
                format!("write `{}`", Self::EXAMPLE),
            ));
        };
        let first = path
            .segments
            .first()
            .map(|segment| segment.ident.to_string());
        if path.leading_colon.is_some() || first.as_deref() == Some("crate") {
            return Ok(Self(path));
        }
        let words: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        let words = words.join("::");
        Err(error_with_help(
            value,
            "`crate` accepts an absolute path: a relative path has a different meaning in other modules",
            format!(
                "write `crate = ::{words}` for a dependency, `crate = crate::{words}` for a re-export of your own"
            ),
        ))
    }
}

//! `name = "sentiment"`.

use syn::{Expr, LitStr};

use super::given::Argument;
use super::literal::text;
use crate::diagnostics::error_with_help;

/// The operation's name in configuration, metrics and traces.
#[derive(Clone)]
pub(crate) struct Name(pub(crate) LitStr);

impl Argument for Name {
    const EXAMPLE: &'static str = r#"name = "sentiment""#;

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        let literal = text(
            value,
            "`name` accepts a name in quotes",
            "write `\"sentiment\"`",
        )?;
        let name = literal.value();
        if name.is_empty() {
            return Err(error_with_help(
                &literal,
                "the name is empty",
                "remove `name`: the default is the function's path",
            ));
        }
        let strange = |c: &char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':' | '-'));
        match name.chars().find(strange) {
            Some(strange) => Err(error_with_help(
                &literal,
                format!("a name cannot contain `{}`", strange.escape_default()),
                "use letters, digits, `_`, `-`, `.` and `:`",
            )),
            None => Ok(Self(literal)),
        }
    }
}

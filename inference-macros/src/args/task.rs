//! `task = "text-classification"`.

use syn::{Expr, LitStr};

use super::given::Argument;
use super::literal::text;
use crate::diagnostics::error_with_help;
use crate::tasks::{self, Task};

/// The task, and the literal that names it.
#[derive(Clone)]
pub(crate) struct TaskTag {
    pub(crate) task: &'static Task,
    pub(crate) literal: LitStr,
}

impl Argument for TaskTag {
    const EXAMPLE: &'static str = r#"task = "text-classification""#;

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        let literal = text(
            value,
            "`task` accepts a Hugging Face pipeline tag in quotes",
            "write `\"text-classification\"`, for instance",
        )?;
        match tasks::find(&literal.value()) {
            Ok(task) => Ok(Self { task, literal }),
            Err(unknown) => Err(error_with_help(literal, unknown.text, unknown.help)),
        }
    }
}

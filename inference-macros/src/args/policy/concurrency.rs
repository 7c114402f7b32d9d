use syn::Expr;

use super::more_than_true;
use crate::args::given::Argument;
use crate::args::literal::switch;
use crate::args::number::number;
use crate::diagnostics::error_with_help;

/// `concurrency = 16`: how many calls are under way at a time.
#[derive(Clone)]
pub(crate) enum Concurrency {
    Off,
    On(u32),
}

impl Argument for Concurrency {
    const EXAMPLE: &'static str = "concurrency = 16";

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        match switch(value) {
            Some(false) => return Ok(Self::Off),
            Some(true) => {
                return Err(more_than_true(
                    "concurrency",
                    "how many calls",
                    value,
                    Self::EXAMPLE,
                ));
            }
            None => {}
        }
        match number("concurrency", value, "16")? {
            0 => Err(error_with_help(
                value,
                "with a `concurrency` of zero no call could be made",
                "`concurrency = false` turns the limit off",
            )),
            calls => Ok(Self::On(calls)),
        }
    }
}

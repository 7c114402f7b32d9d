use syn::Expr;

use super::more_than_true;
use crate::args::duration::Time;
use crate::args::given::Argument;
use crate::args::literal::switch;

/// `attempt_timeout = "1s"`: the time for one call.
#[derive(Clone)]
pub(crate) enum AttemptTimeout {
    Off,
    On(Time),
}

impl Argument for AttemptTimeout {
    const EXAMPLE: &'static str = r#"attempt_timeout = "1s""#;

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        match switch(value) {
            Some(false) => Ok(Self::Off),
            Some(true) => Err(more_than_true(
                "attempt_timeout",
                "how long",
                value,
                Self::EXAMPLE,
            )),
            None => Time::read("attempt_timeout", value).map(Self::On),
        }
    }
}

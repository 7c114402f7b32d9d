use syn::Expr;

use super::more_than_true;
use crate::args::duration::Time;
use crate::args::given::Argument;
use crate::args::literal::switch;

/// `hedge = "300ms"`: when a second call is made beside the first.
#[derive(Clone)]
pub(crate) enum Hedge {
    Off,
    On(Time),
}

impl Argument for Hedge {
    const EXAMPLE: &'static str = r#"hedge = "300ms""#;

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        match switch(value) {
            Some(false) => Ok(Self::Off),
            Some(true) => Err(more_than_true(
                "hedge",
                "after what time",
                value,
                Self::EXAMPLE,
            )),
            None => Time::read("hedge", value).map(Self::On),
        }
    }
}

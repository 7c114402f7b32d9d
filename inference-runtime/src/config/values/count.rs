use std::num::NonZeroU32;

use super::{Word, no_form};
use crate::config::{ConfigError, units};

/// A number above zero, or `false` for no limit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Count(pub(crate) Option<NonZeroU32>);

/// A size in bytes, above zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size(pub(crate) usize);

impl Word for Count {
    const FORMS: &'static str = "a number above zero, or `false` for no limit";

    fn switch(on: bool) -> Result<Self, ConfigError> {
        if on {
            Err(no_form::<Self>())
        } else {
            Ok(Self(None))
        }
    }

    fn number(number: u64) -> Result<Self, ConfigError> {
        let number = u32::try_from(number).ok().and_then(NonZeroU32::new);
        match number {
            Some(number) => Ok(Self(Some(number))),
            None => Err(no_form::<Self>()),
        }
    }

    fn text(_: &str) -> Result<Self, ConfigError> {
        Err(no_form::<Self>())
    }
}

impl Word for Size {
    const FORMS: &'static str = "a size in quotes: `\"64KB\"`, `\"2MiB\"`";

    fn switch(_: bool) -> Result<Self, ConfigError> {
        Err(no_form::<Self>())
    }

    fn number(number: u64) -> Result<Self, ConfigError> {
        Self::text(&number.to_string())
    }

    fn text(text: &str) -> Result<Self, ConfigError> {
        units::parse_size(text).map(Self)
    }
}

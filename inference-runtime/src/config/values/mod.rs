//! What a policy may be set to: in the file as a switch, a number, a text or a table, in a variable as any of these but
//! the last.

mod breaker;
mod cache;
mod count;
mod rate;
mod retry;
mod time;

use std::{fmt, marker::PhantomData};

use serde::{
    Deserializer,
    de::{Error, MapAccess, Unexpected, Visitor},
};

use super::ConfigError;

pub(crate) use breaker::BreakerChange;
pub(crate) use cache::CacheChange;
pub(crate) use count::{Count, Size};
pub(crate) use rate::Rate;
pub(crate) use retry::RetryChange;
pub(crate) use time::{MaybeTime, Time};

/// A value that has several forms.
pub(super) trait Word: Sized {
    /// The forms, for messages.
    const FORMS: &'static str;

    /// Of `true` or `false`.
    fn switch(on: bool) -> Result<Self, ConfigError>;

    /// Of a whole number.
    fn number(number: u64) -> Result<Self, ConfigError>;

    /// Of a text.
    fn text(text: &str) -> Result<Self, ConfigError>;

    /// Of a table; most have no such form.
    fn table<'de, A: MapAccess<'de>>(_: A) -> Result<Self, A::Error> {
        Err(A::Error::invalid_type(
            Unexpected::Map,
            &Expected::<Self>(PhantomData),
        ))
    }

    /// Of a variable, in which everything is text.
    fn parse(text: &str) -> Result<Self, ConfigError> {
        if let Ok(on) = text.parse() {
            Self::switch(on)
        } else if let Ok(number) = text.parse() {
            Self::number(number)
        } else {
            Self::text(text)
        }
    }
}

/// What a word says where it is none of its forms.
fn no_form<W: Word>() -> ConfigError {
    ConfigError::new(format!("this means nothing; help: write {}", W::FORMS))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>, W: Word>(
    deserializer: D,
) -> Result<W, D::Error> {
    deserializer.deserialize_any(Expected(PhantomData))
}

struct Expected<W>(PhantomData<W>);

impl<'de, W: Word> Visitor<'de> for Expected<W> {
    type Value = W;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(W::FORMS)
    }

    fn visit_bool<E: Error>(self, on: bool) -> Result<W, E> {
        W::switch(on).map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<W, E> {
        match u64::try_from(number) {
            Ok(number) => W::number(number).map_err(E::custom),
            Err(_) => Err(E::invalid_value(Unexpected::Signed(number), &self)),
        }
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<W, E> {
        W::number(number).map_err(E::custom)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<W, E> {
        W::text(text).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<W, A::Error> {
        W::table(map)
    }
}

/// Lets words stand in the file.
macro_rules! in_the_file {
    ($($word:ty),+) => {$(
        impl<'de> serde::Deserialize<'de> for $word {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserialize(deserializer)
            }
        }
    )+};
}

in_the_file!(
    BreakerChange,
    CacheChange,
    Count,
    MaybeTime,
    Rate,
    RetryChange,
    Size,
    Time
);
